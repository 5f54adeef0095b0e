import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join, resolve, sep } from 'node:path'
import type { Answer } from '../cli/command.ts'
import { exitCodes } from '../cli/problem.ts'
import { AppError } from '../domain/error.ts'
import { homeFolder } from '../domain/home.ts'
import { toText } from '../domain/instant.ts'
import { configured, isConfigured, unconfigured } from '../domain/setup/configure.ts'
import { type Host, hostsOf, type Machine, type Place } from '../domain/setup/host.ts'
import type { HostName } from '../domain/setup/host-name.ts'
import type { Program } from './index.ts'
import {
  backUp,
  backupsOf,
  deleteText,
  readText,
  removeBackups,
  removeEmptyFolders,
  writeText,
} from './setup-files.ts'
import { setupPage } from './setup-page.ts'

export interface SetupWanted {
  hosts?: readonly HostName[] | undefined
  scope?: 'user' | 'project' | undefined
  home?: string | undefined
  dry_run?: boolean | undefined
  remove?: boolean | undefined
}

/** The machine, and where on it this program lies. */
export interface Around extends Machine {
  node: string
  program: string
}

export interface Change {
  path: string
  change: 'created' | 'changed' | 'unchanged' | 'deleted'
  before: string | undefined
  after: string | undefined
  backup?: string
}

export interface Outcome {
  host: Host
  isFound: boolean
  changes: readonly Change[]
  problem?: AppError
}

/** Tells coding assistants of stint in their own files, or takes all of it back. */
export async function setup(
  { app, terminal }: Program,
  wanted: SetupWanted,
  around: Around = thisMachine(terminal.environment),
): Promise<Answer> {
  const project = terminal.directory
  const home = homeToWrite(around, resolve(app.home), wanted.home && resolve(project, wanted.home))
  const hosts = hostsOf(around, { ...filesOf(around), platform: around.platform, home }, project)
  const isFound = (host: Host): boolean => isInstalled(host, around)
  const chosen = chosenOf(hosts, wanted, isFound)
  const work: Work = { wanted, time: toText(app.clock()), hosts, chosen, around, project }
  const outcomes = chosen.map(host => ({ host, isFound: isFound(host), ...outcomeOf(host, work) }))
  const others = hosts.filter(host => !chosen.includes(host) && !isFound(host))
  const warnings = wanted.remove ? [] : warningsOf(around, wanted)
  const problem = outcomes.find(one => one.problem)?.problem
  return {
    output: outputOf(outcomes, others, warnings, wanted),
    page: setupPage({ outcomes, others, warnings, wanted, homedir: around.homedir }),
    ...(problem && { exit_code: exitCodes[problem.kind] }),
  }
}

function thisMachine(env: NodeJS.ProcessEnv): Around {
  const program = realpathSync(process.argv[1] ?? '.')
  return { platform: process.platform, homedir: homedir(), env, node: process.execPath, program }
}

function filesOf({ node, program }: Around): { node: string; stint: string; hook: string } {
  const [stint, hook] = ['stint.cjs', 'hook.cjs'].map(file => join(dirname(program), file))
  if (!stint || !hook || !existsSync(stint) || !existsSync(hook))
    throw new AppError('not_found', `The programs of stint are not in ${dirname(program)}.`, {
      hint: 'In a clone, `npm run build` makes them.',
    })
  return { node, stint, hook }
}

/** An editor has not what this shell may have set: not where everything is kept, and not where XDG keeps it. */
function homeToWrite(around: Around, own: string, wanted: string | undefined): string | undefined {
  const { LOCALAPPDATA } = around.env
  const usual = resolve(homeFolder({ LOCALAPPDATA }, around.platform, around.homedir))
  const home = wanted ?? own
  return home === usual && own === usual ? undefined : home
}

function isInstalled({ folders, programs, user }: Host, { env, platform }: Around): boolean {
  const shared = user.find(place => place.isShared)?.path
  if (folders.some(folder => existsSync(folder) && !leadsOnlyTo(folder, shared))) return true
  const endings = platform === 'win32' ? (env.PATHEXT ?? '.EXE;.CMD').split(';') : ['']
  const places = (env.PATH ?? env.Path ?? '').split(delimiter).filter(place => place !== '')
  return programs.some(name =>
    places.some(place => endings.some(ending => existsSync(join(place, name + ending)))),
  )
}

function leadsOnlyTo(folder: string, file: string | undefined): boolean {
  const [first, second] = readdirSync(folder)
  if (file === undefined || first === undefined || second !== undefined) return false
  const inner = join(folder, first)
  return inner === file || (file.startsWith(inner + sep) && leadsOnlyTo(inner, file))
}

/** Those named; else those found; to be taken back, all. */
function chosenOf(hosts: readonly Host[], wanted: SetupWanted, isFound: (host: Host) => boolean): Host[] {
  const { hosts: named = [], remove } = wanted
  if (named.length > 0) return hosts.filter(host => named.includes(host.name))
  const possible = hosts.filter(host => placesOf(host, wanted).length > 0)
  const found = remove ? possible : possible.filter(isFound)
  if (found.length > 0) return found
  throw new AppError('not_found', 'No coding assistant was found on this machine.', {
    details: { known_hosts: hosts.map(host => host.name) },
    hint: `Name one: \`stint setup ${hosts[0]?.name}\`. There are ${hosts.map(host => host.name).join(', ')}.`,
  })
}

const placesOf = (host: Host, { scope }: SetupWanted): readonly Place[] =>
  scope === 'project' ? host.project : host.user

interface Work {
  wanted: SetupWanted
  time: string
  hosts: readonly Host[]
  chosen: readonly Host[]
  around: Around
  project: string
}

/** All files of a host, or none: they are read and decided on before the first is written. */
function outcomeOf(host: Host, work: Work): Pick<Outcome, 'changes' | 'problem'> {
  const places = placesOf(host, work.wanted)
  try {
    if (places.length === 0)
      throw new AppError('conflict', `${host.title} has no file in a project.`, {
        hint: `Leave out \`--scope project\`.`,
      })
    const changes = places.map(place => changeOf(host, place, work))
    if (work.wanted.dry_run) return { changes }
    return { changes: changes.map((change, at) => carriedOut(change, places[at]?.wanted, work)) }
  } catch (error) {
    if (error instanceof AppError) return { changes: [], problem: error }
    throw error
  }
}

function changeOf(host: Host, place: Place, work: Work): Change {
  const { path, wanted } = place
  const before = readText(path)
  try {
    const after = work.wanted.remove ? withoutUs(host, place, before, work) : configured(before, wanted)
    return { path, before, after, change: kindOf(before, after) }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const hint =
      error.hint ?? `Correct it, then run \`stint setup${work.wanted.remove ? ' --remove' : ''}\` again.`
    throw new AppError(error.code, `${path}, ${error.message}. It was left as it is.`, { hint })
  }
}

function withoutUs(host: Host, { path, wanted }: Place, before: string | undefined, work: Work) {
  if (before === undefined || !isConfigured(before, wanted) || isNeeded(host, path, work)) return before
  const [copy] = backupsOf(path).toReversed()
  return unconfigured(before, wanted, copy && readText(copy))
}

/** VS Code and Copilot CLI share a file. */
function isNeeded(host: Host, path: string, { chosen, hosts }: Work): boolean {
  const others = hosts.filter(other => other !== host && !chosen.includes(other))
  return others
    .filter(other => other.user.some(place => place.path === path))
    .some(({ user }) =>
      user.some(place => !place.isShared && isConfigured(readText(place.path), place.wanted)),
    )
}

function kindOf(before: string | undefined, after: string | undefined): Change['change'] {
  if (before === after) return 'unchanged'
  if (before === undefined) return 'created'
  return after === undefined ? 'deleted' : 'changed'
}

function carriedOut(change: Change, wanted: Place['wanted'] | undefined, work: Work): Change {
  const { after, before, path } = change
  const isFirst = before !== undefined && wanted && !isConfigured(before, wanted)
  const backup = !work.wanted.remove && before !== after && isFirst ? backUp(path, work.time) : undefined
  if (after === undefined && before !== undefined) deleteText(path)
  else if (after !== undefined && before !== after) writeText(path, after)
  if (work.wanted.remove) {
    if (after === undefined || (wanted && !isConfigured(after, wanted))) removeBackups(path)
    if (after === undefined) removeEmptyFolders(dirname(path), isOursIn(work))
  }
  return { ...change, ...(backup !== undefined && { backup }) }
}

function isOursIn({ around, project }: Work): (folder: string) => boolean {
  const above = [around.homedir, project]
  return folder => !above.includes(folder) && above.some(one => folder.startsWith(one + sep))
}

function warningsOf({ env, program }: Around, { scope }: SetupWanted): string[] {
  const isPassing = /[\\/]_npx[\\/]/.test(program)
  return [
    ...(isPassing
      ? [
          'This stint runs from the cache of npx, which may be emptied at any time: install it with ' +
            '`npm install -g stint`, then run `stint setup` again.',
        ]
      : []),
    ...(env.STINT_DB
      ? ['STINT_DB is set here but not in editors: add it to `env` of the server stint in each file.']
      : []),
    ...(scope === 'project'
      ? ['These files name paths of this machine. Hooks are set up for you alone: `stint setup`.']
      : []),
  ]
}

function outputOf(
  outcomes: readonly Outcome[],
  others: readonly Host[],
  warnings: readonly string[],
  { dry_run = false, remove = false, scope = 'user' }: SetupWanted,
): object {
  const hosts = outcomes.map(({ changes, host, isFound, problem }) => ({
    name: host.name,
    found: isFound,
    files: changes.map(({ backup, change, path }) => ({ path, change, ...(backup && { backup }) })),
    ...(problem && { problem }),
    ...(!remove && !problem && { next: host.after }),
  }))
  return { setup: { scope, dry_run, remove, hosts, not_found: others.map(host => host.name), warnings } }
}
