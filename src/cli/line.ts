import type { AnyOperation } from '../core/operation.ts'
import { AppError } from '../domain/error.ts'
import { type Arguments, missing, missingValue, nearest, parseArguments } from './arguments.ts'
import { type Answer, type Command, type Spec, syntaxOf, wordsOf } from './command.ts'
import type { Catalog } from './help.ts'
import { lookFor } from './look.ts'
import { type Door, operate } from './operate.ts'
import { exitCodes, renderProblem } from './problem.ts'
import { inTyping } from './words.ts'

export interface Program extends Door {
  /** Operations that are typed all day, by their words: each loads what it needs and no more. */
  everyday: Readonly<Record<string, (line?: readonly string[]) => Promise<AnyOperation>>>
  /** The same of the program's own commands. */
  often: Readonly<Record<string, () => Promise<Command>>>
  /** The program's own commands; asked for only where no operation is meant. */
  own: () => Promise<readonly Command[]>
}

/** One line typed in a shell; answers the exit code. */
export async function runLine(program: Program, typed: readonly string[]): Promise<number> {
  const json = typed.includes('--json')
  try {
    return await answerLine(program, typed)
  } catch (error) {
    return fail(program, error, typed, json)
  }
}

async function answerLine(program: Program, typed: readonly string[]): Promise<number> {
  const { terminal } = program
  const [first] = typed
  if (first === '--version' || first === '-V' || first === 'version') {
    terminal.print(`${program.app.version}\n`)
    return 0
  }
  const asksHelp = first === 'help'
  const line = asksHelp ? typed.slice(1) : typed
  const found = await findCommand(program, line)
  if (!found) return showGroup(program, line, asksHelp)
  const wanted = parseArguments(found.spec, asksHelp ? ['--help'] : found.rest)
  if (wanted.help) return showHelp(program, found.spec)
  const answer = await found.answer(wanted)
  if (answer) await show(program, answer, wanted.json)
  return answer?.exit_code ?? 0
}

async function show({ terminal }: Program, { output, page }: Answer, json: boolean): Promise<void> {
  if (json) return terminal.print(`${JSON.stringify(output, null, 2)}\n`)
  const { renderPage } = await import('./page.ts')
  const look = await lookFor(page, { columns: terminal.columns, colors: terminal.colors.out })
  terminal.print(renderPage(page, look))
}

interface Found<T extends Spec> {
  spec: T
  rest: readonly string[]
}

interface Runnable extends Found<Spec> {
  answer(wanted: Arguments): Promise<Answer | undefined>
}

async function findCommand(program: Program, line: readonly string[]): Promise<Runnable | undefined> {
  const often = await loaded(program.often, line)
  if (often) return { ...often, answer: wanted => runOwn(often.spec, wanted) }
  const operation = (await loaded(program.everyday, line)) ?? findIn(await program.operations(), line)
  if (operation) {
    return { ...operation, answer: wanted => operate(program, operation.spec, wanted.input, wanted) }
  }
  const own = findIn(await program.own(), line)
  return own && { ...own, answer: wanted => runOwn(own.spec, wanted) }
}

/** What is listed by its word loads alone. */
async function loaded<T extends Spec>(
  listed: Readonly<Record<string, (line?: readonly string[]) => Promise<T>>>,
  line: readonly string[],
): Promise<Found<T> | undefined> {
  const [word = ''] = leading(line).words
  const load = Object.hasOwn(listed, word) ? listed[word] : undefined
  return load && findIn([await load(line)], line)
}

const longest = 3

/** `project show acme`: the most words that are a command; flags like --json may stand before them. */
function findIn<T extends Spec>(specs: readonly T[], line: readonly string[]): Found<T> | undefined {
  const { flags, words } = leading(line)
  for (let count = Math.min(longest, words.length); count > 0; count--) {
    const spec = specs.find(one => wordsOf(one.command) === words.slice(0, count).join(' '))
    if (spec) return { spec, rest: [...line.slice(0, flags), ...line.slice(flags + count)] }
  }
  return undefined
}

async function runOwn(own: Command, wanted: Arguments): Promise<Answer | undefined> {
  const absent = missingValue(own, wanted.input)
  if (absent) throw missing(own, absent)
  const read = own.input.safeParse(wanted.input)
  if (read.success) return own.run(read.data, wanted)
  throw new AppError('validation_error', read.error.issues.map(issue => issue.message).join('; '))
}

function leading(line: readonly string[]): { flags: number; words: readonly string[] } {
  const first = line.findIndex(one => !one.startsWith('-'))
  const flags = first < 0 ? line.length : first
  const after = line.slice(flags)
  const next = after.findIndex(one => one.startsWith('-'))
  return { flags, words: next < 0 ? after : after.slice(0, next) }
}

/** `stint`, `stint --help` and `stint project`; anything else is a mistake. */
async function showGroup(program: Program, line: readonly string[], asksHelp: boolean): Promise<number> {
  const { app, terminal } = program
  const { words } = leading(line)
  const own = await program.own()
  const catalog: Catalog = { version: app.version, operations: await program.operations(), own }
  const help = await import('./help.ts')
  const look = await lookFor('', { columns: terminal.columns, colors: terminal.colors.out })
  const [group] = words
  const wantsAll = asksHelp || line.some(one => one === '--help' || one === '-h')
  if (group === undefined) {
    const [flag] = line
    if (!wantsAll && flag !== undefined && flag !== '--json')
      throw unknown(flag, ['--help', '--version', '--json'])
    terminal.print(wantsAll ? help.longHelp(catalog, look) : help.shortHelp(catalog, look))
    return 0
  }
  const all: Spec[] = [...catalog.operations, ...own.filter(one => !one.hidden)]
  const members = all.filter(one => one.command.startsWith(`${group} `) && wordsOf(one.command) !== group)
  const known = [...new Set(all.map(one => wordsOf(one.command)))]
  if (members.length === 0) throw unknown(group, known)
  if (words.length > 1)
    throw unknown(
      words.slice(0, 2).join(' '),
      members.map(one => wordsOf(one.command)),
    )
  if (wantsAll) terminal.print(help.groupHelp(group, members, catalog, look))
  else terminal.complain(help.groupHelp(group, members, catalog, look))
  return wantsAll ? 0 : exitCodes.invalid
}

function unknown(typed: string, known: readonly string[]): AppError {
  const near = nearest(typed, known)
  const what = typed.startsWith('-') ? 'flag' : 'command'
  return new AppError('validation_error', `There is no ${what} ${typed}.`, {
    hint: near ? `Did you mean \`stint ${near}\`?` : '`stint --help` shows all commands.',
  })
}

async function showHelp(program: Program, command: Spec): Promise<number> {
  const { app, operations, terminal } = program
  const { commandHelp } = await import('./help.ts')
  const look = await lookFor('', { columns: terminal.columns, colors: terminal.colors.out })
  terminal.print(
    commandHelp(command, { version: app.version, operations: await operations(), own: [] }, look),
  )
  return 0
}

async function fail(
  program: Program,
  thrown: unknown,
  line: readonly string[],
  json: boolean,
): Promise<number> {
  const { app, terminal } = program
  const error = thrown instanceof AppError ? thrown : unexpected(app, thrown)
  if (json) {
    terminal.print(`${JSON.stringify({ error }, null, 2)}\n`)
    return exitCodes[error.kind]
  }
  const operations = await program.operations()
  const command = ((await loaded(program.everyday, line)) ?? findIn(operations, line))?.spec
  const fields = command ? syntaxOf(command).fields : []
  const look = await lookFor(error, { columns: terminal.columns, colors: terminal.colors.error })
  const say = (text: string): string => inTyping(text, operations, fields)
  terminal.complain(renderProblem(error, look, { say, fields }))
  return exitCodes[error.kind]
}

function unexpected(app: Door['app'], thrown: unknown): AppError {
  app.log('A command failed', thrown)
  return new AppError('internal', 'Internal error: this is a fault of stint.', {
    hint: '`stint doctor` checks the installation.',
  })
}
