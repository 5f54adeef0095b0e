import * as z from 'zod'
import type { Answer, Command, Spec } from '../cli/command.ts'
import type { Terminal } from '../cli/terminal.ts'
import { periodFields } from '../core/fields.ts'
import type { AnyOperation } from '../core/operation.ts'
import { currency } from '../domain/currency.ts'
import { AppError } from '../domain/error.ts'
import { hostNames } from '../domain/setup/host-name.ts'
import { transcriptHosts } from '../domain/transcript/transcript.ts'
import type { LocalApp } from './app.ts'
import { assertHere } from './logged-in.ts'
import { statusline } from './statusline.ts'

/** What the program's own commands are given. */
export interface Program {
  app: LocalApp
  terminal: Terminal
  operations: () => Promise<readonly AnyOperation[]>
}

interface Wanted {
  json: boolean
  yes: boolean
}

/** What is no operation: it has to do with this machine and its files, not with the time in them. */
export function ownCommands(program: Program): readonly Command[] {
  const own: Command[] = [
    command(
      {
        command: 'mcp',
        summary: 'Serve an assistant over standard input and output; editors start it.',
        examples: ['mcp', 'mcp --toolsets track,report,billing,more'],
        input: z.strictObject({
          toolsets: z.string().optional().describe('Which tools: track, report, billing, more, admin'),
          home: z.string().optional().describe('Folder of the data, where it is not the usual one'),
        }),
      },
      // main-mcp.ts serves it: who comes here wrote something before the word
      async () => {
        throw new AppError('validation_error', 'mcp has to be the first word.', {
          hint: 'As in `stint mcp`.',
        })
      },
    ),
    command(
      {
        command: 'serve',
        summary: 'Serve the API, assistants and the reference over HTTP, for this machine or a team.',
        examples: ['serve', 'serve --port 8080 --rate-limit off'],
        input: z.strictObject({
          port: z.string().optional().describe('Default 4747'),
          host: z.string().optional().describe('Address to listen on; default 127.0.0.1'),
          rate_limit: z.string().optional().describe('Requests a minute and token, or off; default 300'),
          home: z.string().optional().describe('Folder of the data, where it is not the usual one'),
        }),
      },
      // main-serve.ts does it: who comes here wrote something before the word
      async () => {
        throw new AppError('validation_error', 'serve has to be the first word.', {
          hint: 'As in `stint serve`.',
        })
      },
    ),
    command(
      {
        command: 'login <url>',
        summary:
          'Track time on a server: commands, assistants and hooks of this machine use it. A token is asked for, read from a pipe or from STINT_TOKEN. On the server alone work backup, restore, import <file> and export as JSON; statusline shows nothing.',
        examples: ['login https://stint.example.com', 'login localhost:4747 < token.txt'],
        input: z.strictObject({
          url: z.string().describe('Where `stint serve` is reached: https, or http on this machine'),
          token: z.string().optional().describe('Others on this machine may see it: better typed or piped'),
        }),
      },
      async input => (await import('./login.ts')).login(program, input),
    ),
    command(
      {
        command: 'logout',
        summary: 'Use the database of this machine again, and forget the token.',
        examples: ['logout'],
        input: z.strictObject({}),
      },
      async () => (await import('./login.ts')).logout(program),
    ),
    command(
      {
        command: 'workspace use <workspace>',
        summary:
          'Act in another of your workspaces on this machine: commands, assistants and hooks, until you choose again.',
        examples: ['workspace use "Side business"'],
        input: z.strictObject({
          workspace: z.string().describe('Name or id; `stint workspace list` shows yours'),
        }),
      },
      async ({ workspace }) => (await import('./workspace.ts')).useWorkspace(program, workspace),
    ),
    command(
      {
        command: 'setup [hosts]',
        summary:
          'Connect your coding assistants, so that they track time by themselves; none named: those found.',
        examples: ['setup', 'setup --dry-run', 'setup claude-code cursor', 'setup --remove'],
        input: z.strictObject({
          hosts: z.array(z.enum(hostNames)).optional().describe('Which assistants'),
          dry_run: z.boolean().optional().describe('Show what would be written, and write nothing'),
          remove: z.boolean().optional().describe('Take back what setup wrote'),
          scope: z.enum(['user', 'project']).optional().describe('Your own files, or those of this folder'),
          home: z.string().optional().describe('Folder of the data, where it is not the usual one'),
        }),
      },
      async input => (await import('./setup.ts')).setup(program, input),
    ),
    command(
      {
        command: 'doctor',
        summary:
          'Check this installation: data, assistants, what waits or ended by itself, and how to put it right.',
        examples: ['doctor'],
        input: z.strictObject({}),
      },
      async () => (await import('./doctor.ts')).doctor(program),
    ),
    statusline(program),
    command(
      {
        command: 'watch',
        summary: 'Show what runs, live, until you press q.',
        examples: ['watch', 'watch --every 10'],
        input: z.strictObject({
          every: z
            .number()
            .min(0.5, 'Half a second is the least.')
            .max(3600, 'An hour is the most.')
            .optional()
            .describe('Seconds between two looks; default 2'),
        }),
      },
      async ({ every }, { json }) => (await import('./watch.ts')).watch(program, { every, json }),
    ),
    command(
      {
        command: 'open',
        summary: 'Show in a browser what `stint serve` offers; in a pipe only its address.',
        examples: ['open'],
        input: z.strictObject({}),
      },
      async () => (await import('./open.ts')).open(program),
    ),
    command(
      {
        command: 'backup',
        summary: 'Copy the database while others write, and check the copy.',
        examples: ['backup', 'backup --to ~/Dropbox/stint', 'backup --list'],
        input: z.strictObject({
          to: z.string().optional().describe('Folder; default backups in the home of stint'),
          list: z.boolean().optional().describe('Show the copies there are'),
        }),
      },
      async input => {
        assertHere(program.app)
        return (await import('./backup.ts')).backup(program, input)
      },
    ),
    command(
      {
        command: 'restore [backup]',
        summary: 'Put a backup in the place of the database; without one, show them. What was there is kept.',
        examples: ['restore', 'restore ~/stint-2026-05-04T09-00-00.000Z-regular.db'],
        input: z.strictObject({
          backup: z.string().optional().describe('Its file, or the beginning of its time'),
        }),
      },
      async (input, { yes }) => {
        assertHere(program.app)
        return (await import('./restore.ts')).restore(program, { ...input, yes })
      },
    ),
    command(
      {
        command: 'config [setting] [value]',
        summary: 'Show the settings of the workspace and of the server here, or one, or change it.',
        examples: ['config', 'config time-zone Europe/Berlin', 'config port 8080', 'config allowed-hosts ""'],
        input: z.strictObject({
          setting: z.string().optional().describe('Its name, as time-zone'),
          value: z.string().optional().describe('Its new value; "" for the default'),
        }),
      },
      async input => (await import('./config.ts')).config(program, input),
    ),
    command(
      {
        command: 'map [project]',
        summary: 'Say that this folder belongs to a project; without one, show to which it does.',
        examples: ['map acme', 'map'],
        input: z.strictObject({ project: z.string().optional().describe('Project name or id') }),
      },
      async input => (await import('./map.ts')).map(program, input),
    ),
    command(
      {
        command: 'import transcripts',
        summary: 'Make sessions of the past out of the logs that assistants keep on this machine.',
        examples: [
          'import transcripts --dry-run',
          'import transcripts --since last_30_days',
          'import transcripts --host claude-code --since 2026-03-01 --yes',
        ],
        input: z.strictObject({
          hosts: z.array(z.enum(transcriptHosts)).optional().describe('Whose logs; default all'),
          since: z.string().optional().describe('Nothing before it: a day, last_30_days or 30d'),
          dry_run: z.boolean().optional().describe('Show what would be added, and add nothing'),
        }),
      },
      async (input, { yes }) => (await import('./import.ts')).importTranscripts(program, { ...input, yes }),
    ),
    command(
      {
        command: 'import <file>',
        summary:
          'Make entries of what Toggl, Clockify, Harvest, Timewarrior, stint or a table exported, or bring back all that `export everything` wrote.',
        examples: [
          'import Toggl_time_entries.csv --dry-run',
          'import clockify.csv --date-order dmy --member "Ada Byron=ada"',
          'import harvest.csv --zone America/New_York --yes',
          'import timewarrior.json --project Internal',
          'import stint.json --dry-run',
        ],
        input: z.strictObject({
          file: z.string().describe('CSV, or the JSON of Timewarrior or stint'),
          from: z
            .enum(['toggl', 'clockify', 'harvest', 'timewarrior', 'csv'])
            .optional()
            .describe('Whose file it is; default: what it looks like'),
          zone: z.string().optional().describe("IANA zone of its local times; default the workspace's"),
          date_order: z
            .enum(['dmy', 'mdy'])
            .optional()
            .describe('What stands first in 03/04/2026: day or month'),
          currency: currency.optional().describe('Of money for which it names none, as EUR'),
          project: z.string().optional().describe('For rows that name none; default Unsorted'),
          members: z.array(z.string()).optional().describe('Who is who: "Name in the file=member"'),
          dry_run: z.boolean().optional().describe('Show what would be added, and add nothing'),
        }),
      },
      async (input, { yes }) => (await import('./import-file.ts')).importFile(program, { ...input, yes }),
    ),
    command(
      {
        command: 'export entries [period]',
        summary: 'Write all entries of a period, oldest first, as JSON or CSV.',
        examples: ['export entries > entries.json', 'export entries last_month --format csv --client acme'],
        input: z.strictObject({
          ...periodFields,
          format: z.enum(['json', 'csv']).optional().describe('Default json'),
          project: z.string().optional().describe('Project name or id'),
          client: z.string().optional().describe('Client name or id'),
          task: z.string().optional().describe('Task name or id'),
          member: z.string().optional().describe('Member name or id'),
          tag: z.string().optional().describe('Tag'),
          billable: z.boolean().optional().describe('Only billable, or only not'),
          invoiced: z.boolean().optional().describe('Only on an invoice, or only not'),
          search: z.string().optional().describe('Text to look for'),
        }),
      },
      async input => (await import('./export.ts')).exportEntries(program, input),
    ),
    command(
      {
        command: 'export everything',
        summary:
          'Write the workspace as one JSON document, without tokens and secrets: settings, members, clients, projects, tasks, rates, invoices, expenses and entries. `stint import` brings it back into another.',
        examples: ['export everything > stint.json'],
        input: z.strictObject({}),
      },
      async () => (await import('./export-everything.ts')).exportEverything(program),
    ),
    command(
      {
        command: 'completion <shell>',
        summary: 'Print what makes a shell complete commands, flags and project names.',
        examples: [
          'completion bash >> ~/.bashrc',
          'completion zsh > "${fpath[1]}/_stint"',
          'completion fish > ~/.config/fish/completions/stint.fish',
        ],
        input: z.strictObject({ shell: z.enum(['bash', 'zsh', 'fish']).describe('Which shell') }),
      },
      async ({ shell }) => {
        const { completion } = await import('../cli/completion.ts')
        program.terminal.print(completion(shell, [...(await program.operations()), ...own]))
        return undefined
      },
    ),
    command(
      {
        command: 'complete <noun>',
        summary: 'Print names for the completion of a shell.',
        hidden: true,
        input: z.strictObject({ noun: z.enum(['projects', 'clients', 'timers']) }),
      },
      async ({ noun }) => (await import('./complete.ts')).complete(program, noun),
    ),
    command(
      {
        command: 'welcome',
        summary: 'Show where the data is, and what to paste into an editor.',
        examples: ['welcome'],
        input: z.strictObject({}),
      },
      async () => (await import('./welcome.ts')).welcome(program),
    ),
  ]
  return own
}

function command<I extends z.ZodObject>(
  spec: Spec & { input: I },
  run: (input: z.output<I>, wanted: Wanted) => Promise<Answer | undefined>,
): Command {
  return { ...spec, run: async (input, wanted) => run(spec.input.parse(input), wanted) }
}
