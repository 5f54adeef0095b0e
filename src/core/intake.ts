import { findEntry } from '../../db/entries.ts'
import type { Row } from '../../db/schema.ts'
import {
  findHostSessions,
  findOpenSessions,
  findSessionsBetween,
  insertSession,
  type SessionRow,
  updateSession,
} from '../../db/sessions.ts'
import { findExtent, findSignals, findSignalsBetween, insertSignal } from '../../db/signals.ts'
import { findTaskByKey } from '../../db/tasks.ts'
import { beats, type SessionBeats } from '../domain/beats.ts'
import { wholeSecond } from '../domain/instant.ts'
import { foldName } from '../domain/name.ts'
import { signEvery } from '../domain/policy.ts'
import { isWeakEnd, type Signal } from '../domain/signal.ts'
import { dayOf } from '../domain/zone.ts'
import { isBackfilled, isRemainder, isToldByHooks } from './backfill.ts'
import type { ChangeContext } from './context.ts'
import { discardSession, isFixed, noteLate, say, settle, settleTo } from './engine.ts'
import { distinctKeys, type HostKey, isByHand, isOf, nameOfKey, signalsOf } from './fold.ts'
import { isHeartbeat } from './heartbeat.ts'
import { settledProject } from './locate.ts'
import { type Place, quietPlace } from './place.ts'
import { freeze } from './rate.ts'
import type { Reported } from './reported.ts'

/** Two configurations of one host tell the same fact within this time. */
const twinWithin = 2000

/** What became of the signals of one session of a host. */
export interface TakenIn extends HostKey {
  taken: number
  known: number
  /** Its hooks have told of it at the time, so what its log says is not taken in. */
  told_by_hooks: boolean
}

/**
 * Takes in what hosts reported: the signals are stored, and the sessions that they tell of are opened, continued,
 * ended, or, where the signals come late, corrected.
 */
export async function takeIn(context: ChangeContext, reports: readonly Reported[]): Promise<TakenIn[]> {
  const touched: Touched[] = []
  const answer: TakenIn[] = []
  for (const [key, told] of byHostSession(reports)) {
    const isLog = told.every(one => isBackfilled(one.id))
    const known = await (isLog
      ? findSignals(context.db, context.workspace.id, key)
      : around(context, key, told))
    const told_by_hooks = isLog && isToldByHooks(known)
    const isOld = told_by_hooks || (isLog && isRemainder(told, known))
    const fresh = isOld ? [] : await storeNew(context, key, told, known)
    answer.push({ ...key, taken: fresh.length, known: told.length - fresh.length, told_by_hooks })
    const { directory, place } = told.find(one => one.directory ?? one.place) ?? {}
    if (fresh.length > 0) touched.push({ ...key, told: fresh, directory, place })
  }
  for (const together of await apart(context, touched)) await refold(context, together)
  return answer
}

/** What was told at about the same time: only there the same signal can be, or its twin. */
function around({ db, workspace }: ChangeContext, key: HostKey, told: readonly Reported[]) {
  const { from, to } = momentsOf(told)
  return findSignalsBetween(db, workspace.id, key, from - twinWithin, to + twinWithin)
}

/** What a person says of a stretch that is over may take it from what hosts reported there, or give it back. */
export async function judgeAnew(context: ChangeContext, from: number, to: number): Promise<void> {
  const { db, member, workspace } = context
  const beside = await findSessionsBetween(db, workspace.id, member.id, from, to)
  const hosts = distinctKeys(beside.filter(one => !isByHand(one)))
  if (hosts.length === 0) return
  await refold(
    context,
    hosts.map(key => ({ ...key, told: [], directory: undefined, place: undefined })),
  )
}

/** Where a person ended a host's session earlier than it did, what its signals still tell of the rest is thrown away. */
export async function discardRest(context: ChangeContext, cut: SessionRow, until: number): Promise<void> {
  const { db, now, workspace } = context
  const end = cut.ended_at ?? now
  for (const fold of beats(await signalsOf(context, [cut]), workspace.policy, now)) {
    const isRest = fold.started_at > cut.started_at && fold.started_at >= wholeSecond(until)
    if (!isRest || fold.started_at >= end) continue
    await insertSession(db, {
      ...cut,
      id: context.newId('ses'),
      started_at: fold.started_at,
      ended_at: fold.ended_at ?? end,
      closed_by: fold.closed_by ?? 'end',
      last_sign_at: fold.last_sign_at,
      quiet_at: null,
      entry_id: null,
      settled_at: now,
      discarded_at: now,
      held_by_lock: 0,
      counted_seconds: 0,
      version: 1,
      created_at: now,
      updated_at: now,
    })
  }
}

interface Touched extends HostKey {
  told: readonly Reported[]
  directory: string | undefined
  /** What the folder says, where whoever reports it has looked. */
  place: Place | undefined
}

function byHostSession(reports: readonly Reported[]): Map<HostKey, Reported[]> {
  const keys = new Map<string, HostKey>()
  const groups = new Map<HostKey, Reported[]>()
  for (const report of reports) {
    const { host, host_session } = report
    const name = nameOfKey(report)
    const key = keys.get(name) ?? { host, host_session }
    keys.set(name, key)
    const group = groups.get(key)
    if (group) group.push(report)
    else groups.set(key, [report])
  }
  return groups
}

/** Stores what is not there yet: neither the same signal nor its twin. */
async function storeNew(
  context: ChangeContext,
  key: HostKey,
  told: readonly Reported[],
  stored: readonly Signal[],
): Promise<Reported[]> {
  const { db, member, now, workspace } = context
  const ids = new Set(stored.map(one => one.id))
  const toldAt = new Map<string, number[]>()
  for (const one of stored) note(toldAt, one)
  const fresh: Reported[] = []
  for (const one of told) {
    if (ids.has(one.id) || (mayHaveTwin(one) && hasTwin(toldAt, one))) continue
    await insertSignal(db, {
      workspace_id: workspace.id,
      id: one.id,
      member_id: member.id,
      ...key,
      at: one.at,
      kind: one.kind,
      turn: one.turn ?? null,
      tool_id: one.tool?.id ?? null,
      tool_open: one.tool ? (one.tool.open ? 1 : 0) : null,
      attended: one.attended ? 1 : 0,
      reason: one.reason ?? null,
      directory: one.directory ?? null,
      call_id: null,
      withdrawn_at: null,
      received_at: now,
    })
    note(toldAt, one)
    ids.add(one.id)
    fresh.push(one)
  }
  return fresh
}

/** A log holds each moment once: what is alike there happened twice. */
const mayHaveTwin = ({ id }: Reported): boolean => !isBackfilled(id) && !isHeartbeat(id)

/** What is told, without when. */
const factOf = (one: Fact): string =>
  [one.kind, one.turn, one.tool?.id, one.tool?.open, isWeakEnd(one)].map(String).join(' ')

type Fact = Pick<Reported, 'at' | 'kind' | 'turn' | 'tool' | 'reason'>

function note(toldAt: Map<string, number[]>, one: Fact): void {
  const fact = factOf(one)
  const moments = toldAt.get(fact)
  if (moments) moments.push(one.at)
  else toldAt.set(fact, [one.at])
}

const hasTwin = (toldAt: ReadonlyMap<string, readonly number[]>, one: Fact): boolean =>
  (toldAt.get(factOf(one)) ?? []).some(at => Math.abs(at - one.at) <= twinWithin)

/** Those that share no time are judged one after the other: between days far apart there may be a year of others. */
async function apart(context: ChangeContext, touched: readonly Touched[]): Promise<Touched[][]> {
  const spread: ({ one: Touched } & Extent)[] = []
  for (const one of touched) spread.push({ one, ...(await extentOf(context, [one])) })
  const groups: { to: number; together: Touched[] }[] = []
  for (const { from, one, to } of spread.toSorted((a, b) => a.from - b.from)) {
    const last = groups.at(-1)
    if (last && from <= last.to) {
      last.together.push(one)
      last.to = Math.max(last.to, to)
    } else {
      groups.push({ to, together: [one] })
    }
  }
  return groups.map(({ together }) => together)
}

interface Extent {
  from: number
  to: number
}

const joined = (extents: readonly Extent[]): Extent =>
  extents.reduce((all, one) => ({ from: Math.min(all.from, one.from), to: Math.max(all.to, one.to) }), never)

const never: Extent = { from: Infinity, to: -Infinity }

const momentsOf = (told: readonly Reported[]): Extent => joined(told.map(({ at }) => ({ from: at, to: at })))

async function extentOf({ db, workspace }: ChangeContext, sessions: readonly HostKey[]): Promise<Extent> {
  const extents: Extent[] = []
  for (const key of distinctKeys(sessions)) extents.push((await findExtent(db, workspace.id, key)) ?? never)
  return joined(extents)
}

/** Sessions that share time with the touched ones are judged anew too: a person has one attention. */
async function refold(context: ChangeContext, touched: readonly Touched[]): Promise<void> {
  const { db, member, now, workspace } = context
  const { from, to } = await extentOf(context, touched)
  const beside = await findSessionsBetween(db, workspace.id, member.id, from, to)
  // all of a host session is judged anew, also what was cut off from the part that shares time
  const whole = await extentOf(context, beside)
  const outer = await findSessionsBetween(
    db,
    workspace.id,
    member.id,
    Math.min(from, whole.from, ...beside.map(one => one.started_at)),
    Math.max(to, whole.to, ...beside.map(one => one.ended_at ?? now)),
  )
  const folds = beats(await signalsOf(context, [...touched, ...beside, ...outer]), workspace.policy, now)
  for (const key of touched) await apply(context, key, folds)
  const others = beside.filter(one => !isByHand(one) && !touched.some(key => isOf(key, one)))
  for (const key of distinctKeys(others))
    await apply(context, { ...key, told: [], directory: undefined, place: undefined }, folds)
  await keepAlive(context, touched)
}

/** An assistant at work on a project keeps what was started through MCP there from going quiet. */
async function keepAlive(context: ChangeContext, touched: readonly Touched[]): Promise<void> {
  const { db, member, workspace } = context
  const watched = (await findOpenSessions(db, workspace.id, member.id)).filter(
    one => isByHand(one) && one.host === 'mcp',
  )
  if (watched.length === 0) return
  for (const key of touched) {
    const [latest] = (await findHostSessions(db, workspace.id, key)).toReversed()
    const own = watched.filter(one => one.project_id === latest?.project_id)
    for (const one of own) await signOf(context, one, key.told)
  }
}

async function signOf(context: ChangeContext, watched: SessionRow, told: readonly Reported[]): Promise<void> {
  let last = watched.last_sign_at
  for (const { at } of told.toSorted((a, b) => a.at - b.at)) {
    if (at > context.now || at - last < signEvery) continue
    await say(context, watched, 'alive', at)
    last = at
  }
  if (last !== watched.last_sign_at) await settle(context, watched)
}

/** What was stored of a host's session becomes what its signals say: continued, cut anew, or one out of two. */
async function apply(
  context: ChangeContext,
  { directory, place, told: reports, ...key }: Touched,
  folds: readonly SessionBeats[],
): Promise<void> {
  const rows = await findHostSessions(context.db, context.workspace.id, key)
  // what was dissolved comes back only where nothing else shares its time
  const stored = new Set(rows.toSorted((a, b) => Number(isDissolved(a)) - Number(isDissolved(b))))
  for (const fold of folds.filter(one => isOf(one, key))) {
    const row = [...stored].find(one => sharesTime(one, fold))
    if (row) stored.delete(row)
    const known = row ?? (await open(context, fold, { directory, place }))
    if (known.discarded_at !== null && !isDissolved(known)) continue
    const found = isDissolved(known) ? await takeBack(context, known) : known
    const own = among(reports, fold)
    const session = await withUsage(context, found, own)
    if (fold.ended_at === null && (await staysEnded(context, session, fold))) continue
    const moved = row !== undefined && row.ended_at !== null && row.ended_at !== fold.ended_at
    const told = moved || found !== known ? 'session.updated' : undefined
    await settleTo(context, session, fold, told)
  }
  for (const merged of stored) await dissolve(context, merged)
}

function among(told: readonly Reported[], { signals }: SessionBeats): Reported[] {
  const ids = new Set(signals)
  return told.filter(one => ids.has(one.id))
}

/** Late signals would take its end back, but a person has made its entry theirs. */
async function staysEnded(context: ChangeContext, session: SessionRow, fold: SessionBeats): Promise<boolean> {
  if (session.ended_at === null || session.entry_id === null) return false
  const entry = await findEntry(context.db, context.workspace.id, session.entry_id)
  if (!entry || !isFixed(context, entry)) return false
  await noteLate(context, session, entry, fold)
  return true
}

/** Model and tokens as the host gave them, for what they cost. */
async function withUsage(
  context: ChangeContext,
  session: SessionRow,
  told: readonly Reported[],
): Promise<SessionRow> {
  const model = told.findLast(one => one.model)?.model ?? session.model
  const counted = told.flatMap(one => Object.entries(one.tokens ?? {}))
  if (model === session.model && counted.length === 0) return session
  // written by us from numbers by name
  const sums = JSON.parse(session.tokens ?? '{}') as Record<string, number>
  for (const [name, number] of counted) sums[name] = (sums[name] ?? 0) + number
  const set = { model, tokens: counted.length > 0 ? JSON.stringify(sums) : session.tokens }
  await updateSession(context.db, context.workspace.id, session.id, set)
  return { ...session, ...set }
}

const sharesTime = (row: SessionRow, fold: SessionBeats): boolean =>
  row.started_at <= (fold.ended_at ?? Infinity) && fold.started_at <= (row.ended_at ?? Infinity)

const unknownPlace: Place = { directory: '/', nowhere: true }

async function open(
  context: ChangeContext,
  fold: SessionBeats,
  where: Pick<Touched, 'directory' | 'place'>,
): Promise<SessionRow> {
  const { db, member, now, workspace } = context
  const { directory } = where
  const place = where.place ?? (directory === undefined ? unknownPlace : quietPlace(directory))
  const project = await settledProject(context, place)
  const { declared } = place
  const isPast = isBackfilled(fold.signals[0] ?? '')
  const task =
    declared?.task === undefined
      ? undefined
      : await findTaskByKey(db, workspace.id, project.id, foldName(declared.task))
  const row: Row<'sessions'> = {
    workspace_id: workspace.id,
    id: context.newId('ses'),
    member_id: member.id,
    project_id: project.id,
    task_id: task?.id ?? null,
    kind: 'session',
    description: '',
    tags: JSON.stringify(declared?.tags ?? []),
    billable: project.billable,
    bill_agent_time:
      declared?.bill_agent_time === undefined ? project.bill_agent_time : declared.bill_agent_time ? 1 : 0,
    source: isPast ? 'backfill' : 'hook',
    host: fold.host,
    host_session: fold.host_session,
    directory: directory ?? null,
    model: null,
    tokens: null,
    ...(await freeze(context, {
      project,
      task: task?.id ?? null,
      member: member.id,
      day: dayOf(fold.started_at, workspace.zone),
    })),
    expense_id: null,
    started_at: fold.started_at,
    ended_at: null,
    closed_by: null,
    last_sign_at: fold.last_sign_at,
    quiet_at: fold.quiet_at,
    entry_id: null,
    // nobody needs to be told that what is long past has ended
    settled_at: isPast ? now : null,
    discarded_at: null,
    held_by_lock: 0,
    counted_seconds: 0,
    version: 1,
    created_at: now,
    updated_at: now,
  }
  await insertSession(db, row)
  const opened = {
    ...row,
    project_name: project.name,
    client_id: project.client_id,
    client_name: project.client_name,
    task_name: task?.name ?? null,
  }
  context.emit({ type: 'session.started', subject: row.id, after: opened })
  return opened
}

/** Signals that came late showed that it was part of another session. */
async function dissolve(context: ChangeContext, merged: SessionRow): Promise<void> {
  if (merged.discarded_at !== null) return
  const { db, workspace } = context
  const entry = merged.entry_id === null ? undefined : await findEntry(db, workspace.id, merged.entry_id)
  if (entry && isFixed(context, entry)) return
  await discardSession(context, merged, merged.started_at, 'signals')
}

const isDissolved = ({ discarded_at, settled_at }: SessionRow): boolean =>
  discarded_at !== null && settled_at === null

/** Signals that came later still showed that it was one of its own after all. */
async function takeBack(context: ChangeContext, dissolved: SessionRow): Promise<SessionRow> {
  await updateSession(context.db, context.workspace.id, dissolved.id, { discarded_at: null })
  return { ...dissolved, discarded_at: null }
}
