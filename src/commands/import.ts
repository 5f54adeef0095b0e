import { homedir as ownHomedir } from 'node:os'
import { type Growth, takeInSignals } from '../../tools/signal.ts'
import type { Answer } from '../cli/command.ts'
import { lookFor } from '../cli/look.ts'
import { unconfirmed } from '../cli/operate.ts'
import { renderPage } from '../cli/page.ts'
import type { Terminal } from '../cli/terminal.ts'
import type { App } from '../core/app.ts'
import { call } from '../core/call.ts'
import { contextOf, type Principal } from '../core/context.ts'
import type { InputOf, OutputOf } from '../core/operation.ts'
import { localPrincipal } from '../core/owner.ts'
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
import { resolvePeriod } from '../domain/period.ts'
import type { TranscriptHost } from '../domain/transcript/transcript.ts'
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
  { app, terminal }: Program,
  wanted: ImportWanted,
  homedir = ownHomedir(),
): Promise<Answer> {
  const { dry_run = false, yes } = wanted
  if (!yes && !dry_run && !terminal.interactive)
    throw unconfirmed('Add the sessions in the logs of your assistants? --dry-run shows them.')
  const principal = await localPrincipal(app, 'cli', {
    member: terminal.environment.STINT_MEMBER || undefined,
  })
  const since = await sinceWhen(app, principal, wanted.since)
  const source: Source = { hosts: wanted.hosts, since, env: terminal.environment, homedir }
  const add = (to: App): Promise<Outcome> => addAll(to, principal, source, terminal)
  const answer = (outcome: Outcome, page = importPage(outcome, homedir, dry_run)): Answer => ({
    output: { import: { dry_run, ...(since !== undefined && { since: toText(since) }), ...outcome } },
    page,
  })

  if (yes && !dry_run) return answer(await add(app))
  const outcome = await rehearse(app, add)
  if (dry_run || outcome.sessions + outcome.added.length === 0) return answer(outcome)
  const look = await lookFor(outcome, { columns: terminal.columns, colors: terminal.colors.error })
  terminal.complain(renderPage(importPage(outcome, homedir, true), look))
  if (!(await terminal.ask('Add this?'))) throw new AppError('confirmation_required', 'Nothing was changed.')
  return answer(await add(app), 'Added.')
}

/** Hooks' signals have to be in the database before a log is held against it. */
async function sinceWhen(
  app: App,
  principal: Principal,
  text: string | undefined,
): Promise<number | undefined> {
  const store = await app.store()
  await reconcile(app, store, principal)
  if (text === undefined) return undefined
  const days = /^(\d+)d$/i.exec(text.trim())?.[1]
  const period = days === undefined ? text : `last_${days}_days`
  const context = await store.read(db => contextOf(app, principal, db))
  return resolvePeriod({ period }, calendarOf(context), 'all_time').from ?? undefined
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
  for (const batch of batches(transcripts({ ...source, onProgress: progress.tell }), app.clock())) {
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
function* batches(found: Iterable<Found>, now: number): Generator<Told | { unreadable: Unreadable }> {
  let batch: Told = []
  for (const one of found) {
    if ('unreadable' in one) {
      yield one
      continue
    }
    const told = toldBy(one.session, now)
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
function toldBy({ directory, host, host_session, signals }: Transcript, now: number): Told {
  return signals
    .filter(({ at }) => at >= 0 && at <= now)
    .map(({ at, tokens, ...signal }, index) => ({
      ...signal,
      host,
      host_session,
      at: toText(at),
      ...(tokens && { tokens: { ...tokens } }),
      ...(directory !== null && index % mostAtOnce === 0 && { directory: directory.slice(0, 4000) }),
    }))
}

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
function progressOn(terminal: Terminal, clock: () => number) {
  let toldAt = 0
  return {
    tell: ({ bytes, files, of }: Progress): void => {
      const now = clock()
      if (!terminal.interactive || now - toldAt < tellEvery) return
      toldAt = now
      const line = `Reading ${files} of ${of.files} logs, ${megabytes(bytes)} of ${megabytes(of.bytes)} MB`
      terminal.complain(`\r${line.padEnd(lineWidth)}`)
    },
    end: (): void => {
      if (toldAt > 0) terminal.complain(`\r${' '.repeat(lineWidth)}\r`)
    },
  }
}

const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(0)
