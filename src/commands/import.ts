import { homedir as ownHomedir } from 'node:os'
import { type Growth, takeInSignals } from '../../tools/signal.ts'
import type { Answer } from '../cli/command.ts'
import { lookFor } from '../cli/look.ts'
import { unconfirmed } from '../cli/operate.ts'
import { renderPage } from '../cli/page.ts'
import type { Terminal } from '../cli/terminal.ts'
import type { App, Remote } from '../core/app.ts'
import { call } from '../core/call.ts'
import { contextOf, type Principal } from '../core/context.ts'
import type { InputOf, OutputOf, Page } from '../core/operation.ts'
import { quietPlace, saidOf } from '../core/place.ts'
import { reconcile } from '../core/reconcile.ts'
import { calendarOf } from '../core/time.ts'
import { logFolders } from '../core/transcript-logs.ts'
import {
  type Found,
  type Progress,
  type Transcript,
  transcripts,
  type Unreadable,
} from '../core/transcripts.ts'
import { AppError } from '../domain/error.ts'
import { toText } from '../domain/instant.ts'
import { type CalendarContext, resolvePeriod } from '../domain/period.ts'
import type { TranscriptHost } from '../domain/transcript/transcript.ts'
import { actingMember } from './acting.ts'
import { importPage } from './import-page.ts'
import type { Program } from './index.ts'
import { rehearse } from './rehearsal.ts'

export interface ImportWanted {
  hosts?: readonly TranscriptHost[] | undefined
  since?: string | undefined
  dry_run?: boolean | undefined
  yes: boolean
}

/** What was, or would be, added, and what was not. */
export interface Outcome {
  added: Growth[]
  sessions: number
  running: number
  held_by_lock: number
  /** How many host sessions add nothing: nothing in their logs is new, or their hooks have told of them. */
  skipped: { known: number; told_by_hooks: number }
  unreadable: Unreadable[]
  looked_in: string[]
}

/** Makes sessions of the past out of what assistants have in their logs. */
export async function importTranscripts(
  program: Program,
  wanted: ImportWanted,
  homedir = ownHomedir(),
): Promise<Answer> {
  const { app, terminal } = program
  const { dry_run = false, yes } = wanted
  if (!yes && !dry_run && !terminal.interactive)
    throw unconfirmed('Add the sessions in the logs of your assistants? --dry-run shows them.')
  if (app.remote && (dry_run || !yes)) throw untried(app.remote.url)
  const principal = await actingMember({ app, terminal })
  const since = await sinceWhen(app, principal, wanted.since)
  const source: Source = { hosts: wanted.hosts, since, env: terminal.environment, homedir }
  const { outcome, page } = await addAgreed(program, wanted, {
    add: to => addAll(to, principal, source, terminal),
    isNothing: ({ added, sessions }) => sessions + added.length === 0,
    shown: (outcome, isRehearsal) => importPage(outcome, homedir, isRehearsal),
    done: () => 'Added.',
  })
  return {
    output: { import: { dry_run, ...(since !== undefined && { since: toText(since) }), ...outcome } },
    page,
  }
}

const untried = (url: string): AppError =>
  new AppError(
    'confirmation_required',
    `What the logs would add to ${url} cannot be shown before it is added.`,
    {
      hint: 'Add --yes to add it. What is known there already counts once.',
    },
  )

interface Addition<T> {
  add: (to: App) => Promise<T>
  isNothing: (outcome: T) => boolean
  shown: (outcome: T, isRehearsal: boolean) => Page
  done: (outcome: T) => Page
}

/** Shows what would be added, which is tried on a copy of the database, and asks; who said yes is not asked. */
export async function addAgreed<T>(
  { app, terminal }: Program,
  { dry_run = false, yes }: Pick<ImportWanted, 'dry_run' | 'yes'>,
  { add, done, isNothing, shown }: Addition<T>,
): Promise<{ outcome: T; page: Page }> {
  if (yes && !dry_run) {
    const outcome = await add(app)
    return { outcome, page: shown(outcome, false) }
  }
  const outcome = await rehearse(app, add)
  if (dry_run || isNothing(outcome)) return { outcome, page: shown(outcome, dry_run) }
  const look = await lookFor(outcome, { columns: terminal.columns, colors: terminal.colors.error })
  terminal.complain(renderPage(shown(outcome, true), look))
  if (!(await terminal.ask('Add this?'))) throw new AppError('confirmation_required', 'Nothing was changed.')
  const real = await add(app)
  return { outcome: real, page: done(real) }
}

/** Hooks' signals have to be in the database before a log is held against it. */
async function sinceWhen(
  app: App,
  principal: Principal,
  text: string | undefined,
): Promise<number | undefined> {
  const calendar = app.remote ? await calendarThere(app, app.remote) : await calendarHere(app, principal)
  if (text === undefined) return undefined
  const days = /^(\d+)d$/i.exec(text.trim())?.[1]
  const period = days === undefined ? text : `last_${days}_days`
  return resolvePeriod({ period }, calendar, 'all_time').from ?? undefined
}

async function calendarHere(app: App, principal: Principal): Promise<CalendarContext> {
  const store = await app.store()
  await reconcile(app, store, principal)
  return calendarOf(await store.read(db => contextOf(app, principal, db)))
}

async function calendarThere(app: App, remote: Remote): Promise<CalendarContext> {
  await remote.deliver()
  return { now: app.clock(), zone: await remote.zone(), week_start: 'monday' }
}

interface Source {
  hosts: readonly TranscriptHost[] | undefined
  since: number | undefined
  env: NodeJS.ProcessEnv
  homedir: string
}

async function addAll(app: App, principal: Principal, source: Source, terminal: Terminal): Promise<Outcome> {
  const progress = progressOn(terminal, () => app.clock())
  const answers: Answered[] = []
  const unreadable: Unreadable[] = []
  for (const batch of batches(
    transcripts({ ...source, onProgress: at => progress.tell(readLogs(at)) }),
    app,
  )) {
    if ('unreadable' in batch) unreadable.push(batch.unreadable)
    else answers.push(await call(app, principal, takeInSignals, { signals: batch, source: 'backfill' }))
  }
  progress.end()
  return { ...summed(answers), unreadable, looked_in: logFolders(source, source.hosts) }
}

type Told = InputOf<typeof takeInSignals>['signals']
type Answered = OutputOf<typeof takeInSignals>

/** The most that the operation takes. */
const mostAtOnce = 1000

/** Whole sessions, as many as fit; one that is longer comes in parts. */
function* batches(found: Iterable<Found>, app: App): Generator<Told | { unreadable: Unreadable }> {
  let batch: Told = []
  for (const one of found) {
    if ('unreadable' in one) {
      yield one
      continue
    }
    const told = toldBy(one.session, app)
    if (batch.length + told.length > mostAtOnce && batch.length > 0) {
      yield batch
      batch = []
    }
    batch = [...batch, ...told]
    for (; batch.length > mostAtOnce; batch = batch.slice(mostAtOnce)) yield batch.slice(0, mostAtOnce)
  }
  if (batch.length > 0) yield batch
}

/** The folder stands with the first signal of each part. A clock that went wrong may have written of the future. */
function toldBy({ directory, host, host_session, signals }: Transcript, app: App): Told {
  const now = app.clock()
  const where = directory === null ? {} : whereaboutsOf(directory.slice(0, 4000), app)
  return signals
    .filter(({ at }) => at >= 0 && at <= now)
    .map(({ at, tokens, ...signal }, index) => ({
      ...signal,
      host,
      host_session,
      at: toText(at),
      ...(tokens && { tokens: { ...tokens } }),
      ...(index % mostAtOnce === 0 && where),
    }))
}

/** A server cannot look into a folder of this machine. */
const whereaboutsOf = (directory: string, { remote }: App) =>
  remote ? { directory, place: saidOf(quietPlace(directory)) } : { directory }

function summed(answers: readonly Answered[]): Omit<Outcome, 'unreadable' | 'looked_in'> {
  const became = new Map<string, 'taken' | 'told_by_hooks' | 'known'>()
  for (const { host, host_session, taken, told_by_hooks } of answers.flatMap(one => one.host_sessions)) {
    const name = `${host} ${host_session}`
    const now = taken > 0 ? 'taken' : told_by_hooks ? 'told_by_hooks' : 'known'
    if (became.get(name) !== 'taken') became.set(name, now)
  }
  const all = [...became.values()]
  const count = (of: 'sessions' | 'running' | 'held_by_lock') =>
    answers.reduce((sum, one) => sum + one[of], 0)
  return {
    added: addedUp(answers.flatMap(one => one.added)),
    sessions: count('sessions'),
    running: count('running'),
    held_by_lock: count('held_by_lock'),
    skipped: {
      known: all.filter(one => one === 'known').length,
      told_by_hooks: all.filter(one => one === 'told_by_hooks').length,
    },
  }
}

function addedUp(all: readonly Growth[]): Growth[] {
  const rows = new Map<string, Growth>()
  for (const { active_seconds, agent_seconds, date, project, sessions } of all) {
    const name = `${date} ${project.name} ${project.id}`
    const sum = rows.get(name) ?? { date, project, sessions: 0, active_seconds: 0, agent_seconds: 0 }
    sum.sessions += sessions
    sum.active_seconds += active_seconds
    sum.agent_seconds += agent_seconds
    rows.set(name, sum)
  }
  return [...rows]
    .filter(([, row]) => row.sessions || row.active_seconds || row.agent_seconds)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row)
}

const tellEvery = 100
const lineWidth = 60

/** One line on a terminal that says how far it is. */
export function progressOn(terminal: Terminal, clock: () => number) {
  let toldAt = 0
  return {
    tell: (line: string): void => {
      const now = clock()
      if (!terminal.interactive || now - toldAt < tellEvery) return
      toldAt = now
      terminal.complain(`\r${line.padEnd(lineWidth)}`)
    },
    end: (): void => {
      if (toldAt > 0) terminal.complain(`\r${' '.repeat(lineWidth)}\r`)
    },
  }
}

const readLogs = ({ bytes, files, of }: Progress): string =>
  `Reading ${files} of ${of.files} logs, ${megabytesOf(bytes, of.bytes)}`

export const megabytesOf = (bytes: number, all: number): string =>
  `${megabytes(bytes)} of ${megabytes(all)} MB`
const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(0)
