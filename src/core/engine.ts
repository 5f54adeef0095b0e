import { type EntryRow, findEntry, insertEntry, replaceTags, updateEntry } from '../../db/entries.ts'
import { findProject, type ProjectRow } from '../../db/projects.ts'
import { flag, type Row } from '../../db/schema.ts'
import { insertSession, type SessionRow, saveFold, updateSession } from '../../db/sessions.ts'
import { findSignals, insertSignal } from '../../db/signals.ts'
import { findSpans, replaceSpans } from '../../db/spans.ts'
import { type Beat, beats, type SessionBeats } from '../domain/beats.ts'
import { type Span, storableSpans } from '../domain/entry.ts'
import { AppError } from '../domain/error.ts'
import type { EventType } from '../domain/event.ts'
import { isFromEditor } from '../domain/heartbeat.ts'
import { wholeSecond } from '../domain/instant.ts'
import { foldName } from '../domain/name.ts'
import { billableSeconds, type Tally, tally } from '../domain/session.ts'
import type { Signal, SignalKind } from '../domain/signal.ts'
import { handSetKinds } from '../domain/turns.ts'
import { dayOf } from '../domain/zone.ts'
import { isFromElsewhere } from './backfill.ts'
import type { ChangeContext, Context, Fact } from './context.ts'
import { evidenceOf } from './evidence.ts'
import { foldOf, isHeld } from './fold.ts'
import { freeze } from './rate.ts'

type Speaker = Pick<SessionRow, 'member_id' | 'host' | 'host_session' | 'directory'>

export async function say(
  context: ChangeContext,
  session: Speaker,
  kind: SignalKind,
  at: number,
  reason?: string,
): Promise<Signal> {
  const { host, host_session } = session
  const id = context.newId('sig')
  await insertSignal(context.db, {
    workspace_id: context.workspace.id,
    id,
    member_id: session.member_id,
    host,
    host_session,
    at,
    kind,
    turn: null,
    tool_id: null,
    tool_open: null,
    attended: 1,
    reason: reason ?? null,
    directory: session.directory,
    call_id: context.call_id,
    withdrawn_at: null,
    received_at: context.now,
  })
  return { id, at, host, host_session, kind, attended: true, ...(reason !== undefined && { reason }) }
}

export interface Beginning {
  kind: 'timer' | 'session'
  project: ProjectRow
  task: { id: string; name: string } | undefined
  description: string
  tags: readonly string[]
  billable: boolean | undefined
  at: number
}

/** Opens a session that a person runs by hand; whether agent time is billed is frozen here. */
export async function begin(context: ChangeContext, wanted: Beginning): Promise<Settled> {
  const { member, now, principal, workspace } = context
  const { at, kind, project } = wanted
  const id = context.newId(kind === 'timer' ? 'tmr' : 'ses')
  const row: Row<'sessions'> = {
    workspace_id: workspace.id,
    id,
    member_id: member.id,
    project_id: project.id,
    task_id: wanted.task?.id ?? null,
    kind,
    description: wanted.description,
    tags: JSON.stringify(wanted.tags),
    billable: wanted.billable === undefined ? project.billable : flag(wanted.billable),
    bill_agent_time: project.bill_agent_time,
    source: principal.door === 'job' ? 'hook' : principal.door,
    host: principal.door,
    host_session: id,
    directory: null,
    model: null,
    tokens: null,
    ...(await freeze(context, {
      project,
      task: wanted.task?.id ?? null,
      member: member.id,
      day: dayOf(at, workspace.zone),
    })),
    expense_id: null,
    started_at: wholeSecond(at),
    ended_at: null,
    closed_by: null,
    last_sign_at: at,
    quiet_at: null,
    entry_id: null,
    settled_at: null,
    discarded_at: null,
    held_by_lock: 0,
    counted_seconds: 0,
    version: 1,
    created_at: now,
    updated_at: now,
  }
  const said = [await say(context, row, 'active', at), ...(await standBy(context, row, at))]
  const [fold] = beats(said, workspace.policy, now)
  if (!fold) throw new Error('A signal has to make a session.')
  const begun = { ...row, last_sign_at: fold.last_sign_at, quiet_at: fold.quiet_at }
  await insertSession(context.db, begun)
  const session = {
    ...begun,
    project_name: project.name,
    client_id: project.client_id,
    client_name: project.client_name,
    task_name: wanted.task?.name ?? null,
  }
  context.emit({ type: kind === 'timer' ? 'timer.started' : 'session.started', subject: id, after: session })
  return { session, fold, entry: undefined }
}

/** Says what a person says of a session that is open; the last word counts, also within a second. */
export async function sayByHand(
  context: ChangeContext,
  session: SessionRow,
  kind: ByHand,
  at: number,
): Promise<void> {
  const moment = await afterSaid(context, session, at)
  await say(context, session, kind, moment)
  if (kind !== 'end') await standBy(context, session, moment)
}

type ByHand = 'active' | 'agent' | 'idle' | 'end'

/**
 * Of a moment in the past a person speaks now, and stands for the silence since: otherwise the watchdog would
 * end at once what was begun an hour ago.
 */
async function standBy(context: ChangeContext, session: Speaker, at: number): Promise<Signal[]> {
  return at < context.now ? [await say(context, session, 'alive', context.now, 'kept')] : []
}

/** Now; or its last sign of life, where the clock went back since. */
export const nowOf = ({ now }: Context, { last_sign_at }: SessionRow): number => Math.max(now, last_sign_at)

/** Signals of one instant are not read in the order in which they came: what is said last goes behind the others. */
async function afterSaid(context: ChangeContext, session: SessionRow, at: number): Promise<number> {
  if (wholeSecond(at) > session.last_sign_at) return at
  const signals = await findSignals(context.db, context.workspace.id, session)
  const sameSecond = signals.filter(said => said.at >= at && wholeSecond(said.at) === wholeSecond(at))
  return Math.max(at, ...sameSecond.map(said => said.at + 1))
}

/** Since when it is what it is. */
export async function setSince({ db, workspace }: Context, session: SessionRow): Promise<number> {
  const set = (await findSignals(db, workspace.id, session)).filter(said => handSetKinds.has(said.kind))
  return wholeSecond(Math.max(session.started_at, ...set.map(said => said.at)))
}

export interface Settled {
  session: SessionRow
  fold: SessionBeats
  entry: EntryRow | undefined
}

/**
 * Brings the stored session, and its entry when it has ended, to what the signals say now. `session` is as it is
 * wanted, `before` as it was. `told` is the event for it; a session that ends by this is told as ended.
 */
export async function settle(
  context: ChangeContext,
  session: SessionRow,
  told?: EventType,
  before: SessionRow = session,
): Promise<Settled> {
  return settleTo(context, session, await foldOf(context, session), told, before)
}

/** The same where it is known already what the signals say. */
export async function settleTo(
  context: ChangeContext,
  wanted: SessionRow,
  fold: SessionBeats,
  told?: EventType,
  before: SessionRow = wanted,
): Promise<Settled> {
  const facts: Fact[] = []
  const collecting = { ...context, emit: (...more: Fact[]) => void facts.push(...more) }
  const session = await pricedOn(context, wanted, fold.started_at)
  const known = await followingEntry(context, session, before)
  const entry =
    fold.ended_at === null ? await reopened(collecting, known) : await ended(collecting, session, fold, known)
  const held = fold.ended_at !== null && !entry && isHeld(context, fold.started_at) && fold.beats.length > 0
  const type = fold.ended_at !== null && session.ended_at === null ? endOf(session) : told
  const saved: SessionRow = {
    ...session,
    started_at: fold.started_at,
    ended_at: fold.ended_at,
    closed_by: fold.closed_by,
    last_sign_at: fold.last_sign_at,
    quiet_at: fold.quiet_at,
    // an entry that was taken away is taken up again under its id
    entry_id: entry?.id ?? session.entry_id,
    settled_at: fold.ended_at === null ? null : settledAt(context, session),
    held_by_lock: held ? 1 : 0,
    counted_seconds: known && isFixed(context, known) ? session.counted_seconds : tally(fold.beats).seconds,
    // a sign of life is no change
    version: type ? session.version + 1 : session.version,
    updated_at: type ? context.now : session.updated_at,
  }
  await saveFold(context.db, saved)
  if (type) context.emit({ type, subject: session.id, before, after: saved })
  context.emit(...facts)
  return { session: saved, fold, entry }
}

/** An editor falls silent and says nothing of it, so nobody needs to be told. */
const settledAt = ({ now }: Context, { host_session, settled_at }: SessionRow): number | null =>
  settled_at ?? (isFromEditor(host_session) ? now : null)

/** Signals that come late may show that it began on another day, and the rate of that day holds. */
async function pricedOn(context: ChangeContext, session: SessionRow, start: number): Promise<SessionRow> {
  const { db, workspace } = context
  const day = dayOf(start, workspace.zone)
  if (start === session.started_at || day === dayOf(session.started_at, workspace.zone)) return session
  const project = await findProject(db, workspace.id, session.project_id)
  if (!project) throw new Error('A session has a project.')
  const frozen = await freeze(context, { project, task: session.task_id, member: session.member_id, day })
  await updateSession(db, workspace.id, session.id, frozen)
  return { ...session, ...frozen }
}

/** A person may have taken over what was taken away while this ran on: then the rest becomes an entry of its own. */
async function followingEntry(context: Context, { entry_id }: SessionRow, before: SessionRow) {
  const known = entry_id === null ? undefined : await findEntry(context.db, context.workspace.id, entry_id)
  return known && before.ended_at === null && isFixed(context, known) ? undefined : known
}

const endOf = (session: SessionRow): EventType =>
  session.kind === 'timer' ? 'timer.stopped' : 'session.ended'

async function ended(
  context: ChangeContext,
  session: SessionRow,
  fold: SessionBeats,
  known: EntryRow | undefined,
): Promise<EntryRow | undefined> {
  const sum = tally(fold.beats)
  if (known && isFixed(context, known)) return noteLate(context, session, known, fold)
  if (sum.seconds === 0 || isHeld(context, fold.started_at)) {
    if (known) await takeAway(context, known)
    return undefined
  }
  return known ? rewriteEntry(context, session, known, fold, sum) : writeEntry(context, session, fold, sum)
}

/** Signals no longer change it; by how much they would is told. */
export async function noteLate(
  context: ChangeContext,
  session: SessionRow,
  known: EntryRow,
  fold: SessionBeats,
): Promise<EntryRow> {
  const late_seconds = tally(fold.beats).seconds - session.counted_seconds
  if (late_seconds === known.late_seconds || known.deleted_at !== null) return known
  await updateEntry(context.db, context.workspace.id, known.id, { late_seconds })
  return { ...known, late_seconds }
}

async function reopened(context: ChangeContext, known: EntryRow | undefined): Promise<undefined> {
  if (!known) return
  if (isFixed(context, known)) throw entryFixed(known)
  await takeAway(context, known)
}

/** Why signals, and what is said of its session, no longer change an entry. */
export function entryFixed(entry: EntryRow): AppError {
  if (entry.invoice_id !== null) {
    return new AppError('entry_invoiced', 'Its entry is on an invoice.', {
      details: { invoice: entry.invoice_id },
    })
  }
  return new AppError('conflict', 'Its entry was changed by hand since, so it no longer follows the timer.', {
    details: { entry: entry.id },
    hint: 'Change the entry with edit_entry or delete_entry.',
  })
}

/** A person changed it, it is on an invoice, or it lies before the lock: signals no longer change it. */
export const isFixed = (context: Context, entry: Row<'entries'>): boolean =>
  entry.fixed_at !== null || entry.invoice_id !== null || isHeld(context, entry.sort_at)

async function writeEntry(
  context: ChangeContext,
  session: SessionRow,
  fold: SessionBeats,
  sum: Tally,
): Promise<EntryRow> {
  const { db, member, now, workspace } = context
  const row: Row<'entries'> = {
    workspace_id: workspace.id,
    id: context.newId('ent'),
    member_id: session.member_id,
    ...termsOf(session),
    ...figuresOf(context, session, fold, sum),
    kind: session.kind,
    source: session.source,
    session_id: session.id,
    host: session.host,
    host_session: session.host_session,
    ...traceOf(session, fold),
    fixed_at: null,
    late_seconds: 0,
    invoice_id: null,
    version: 1,
    created_at: now,
    updated_at: now,
    deleted_at: null,
  }
  await insertEntry(db, row, spansOf(fold.beats))
  const entry = {
    ...row,
    member_name: member.name,
    ...namesOf(session),
    invoice_number: null,
    invoice_status: null,
  }
  context.emit({ type: 'entry.created', subject: entry.id, after: entry })
  return entry
}

async function rewriteEntry(
  context: ChangeContext,
  session: SessionRow,
  before: EntryRow,
  fold: SessionBeats,
  sum: Tally,
): Promise<EntryRow> {
  const { db, now, workspace } = context
  const spans = spansOf(fold.beats)
  const wanted = {
    ...termsOf(session),
    ...figuresOf(context, session, fold, sum),
    ...traceOf(session, fold),
    late_seconds: 0,
    deleted_at: null,
  }
  if (await isAlready(context, before, wanted, spans)) return before
  const change = { ...wanted, version: before.version + 1, updated_at: now }
  await updateEntry(db, workspace.id, before.id, change)
  const after = { ...before, ...change, ...namesOf(session) }
  if (after.tags !== before.tags) await replaceTags(db, after)
  await replaceSpans(db, after, spans)
  const type = before.deleted_at === null ? 'entry.updated' : 'entry.restored'
  context.emit({ type, subject: after.id, before, after })
  return after
}

/** Judged anew, most entries come out as they were: then nobody is told. */
async function isAlready(
  { db, workspace }: Context,
  before: EntryRow,
  wanted: Partial<EntryRow>,
  spans: readonly Span[],
): Promise<boolean> {
  if (JSON.stringify({ ...before, ...wanted }) !== JSON.stringify(before)) return false
  const kept = await findSpans(db, workspace.id, before.id)
  return textOf(kept) === textOf(storableSpans(spans))
}

const textOf = (spans: readonly Span[]): string =>
  spans
    .map(({ end, kind, start }) => `${start} ${end} ${kind}`)
    .toSorted()
    .join()

/** What an entry takes over from its session. */
const termsOf = (session: SessionRow) => ({
  project_id: session.project_id,
  task_id: session.task_id,
  description: session.description,
  description_key: foldName(session.description),
  tags: session.tags,
  billable: session.billable,
  bill_agent_time: session.bill_agent_time,
  rate: session.rate,
  agent_rate: session.agent_rate,
  rate_currency: session.rate_currency,
  rate_level: session.rate_level,
})

/** What the host and git say of it; a timer by hand leaves no trace there, and other machines have their own git. */
function traceOf({ directory, model }: SessionRow, { ended_at, signals, started_at }: SessionBeats) {
  const isHere = directory !== null && !signals.some(isFromElsewhere)
  const found = isHere ? evidenceOf(directory, started_at, ended_at ?? started_at) : undefined
  return { model, git: found ? JSON.stringify(found) : null }
}

const namesOf = ({ client_id, client_name, project_name, task_name }: SessionRow) => ({
  client_id,
  client_name,
  project_name,
  task_name,
})

/**
 * Throws a session and its entry away; one that still runs ends at `endedAt`. What a person throws away is settled:
 * no signal brings it back.
 */
export async function discardSession(
  context: ChangeContext,
  before: SessionRow,
  endedAt: number,
  by: 'person' | 'signals' = 'person',
): Promise<SessionRow> {
  const { db, now, workspace } = context
  const set = {
    ended_at: before.ended_at ?? endedAt,
    closed_by: before.closed_by ?? ('end' as const),
    quiet_at: null,
    discarded_at: now,
    settled_at: by === 'person' ? now : null,
    version: before.version + 1,
    updated_at: now,
  }
  await updateSession(db, workspace.id, before.id, set)
  const after = { ...before, ...set }
  const type = before.kind === 'timer' ? 'timer.discarded' : 'session.discarded'
  context.emit({ type, subject: before.id, before, after })
  const entry = before.entry_id === null ? undefined : await findEntry(db, workspace.id, before.entry_id)
  if (entry) await takeAway(context, entry)
  return after
}

/** What signals took away, signals may bring back; what a person took away stays away. */
export async function takeAway(
  context: ChangeContext,
  before: EntryRow,
  by: 'person' | 'signals' = 'signals',
): Promise<void> {
  if (before.deleted_at !== null) return
  const { now } = context
  const change = {
    deleted_at: now,
    fixed_at: by === 'person' ? now : before.fixed_at,
    version: before.version + 1,
    updated_at: now,
  }
  await updateEntry(context.db, context.workspace.id, before.id, change)
  context.emit({ type: 'entry.deleted', subject: before.id, before, after: { ...before, ...change } })
}

function figuresOf(
  { workspace }: Context,
  terms: Pick<SessionRow, 'billable' | 'bill_agent_time'>,
  fold: SessionBeats,
  sum: Tally,
) {
  return {
    ...sum,
    started_at: fold.started_at,
    ended_at: fold.ended_at,
    date: dayOf(fold.started_at, workspace.zone),
    sort_at: fold.started_at,
    billable_seconds: billableSeconds(sum, {
      billable: terms.billable === 1,
      bill_agent_time: terms.bill_agent_time === 1,
    }),
  }
}

const spansOf = (of: readonly Beat[]): Span[] =>
  of.flatMap(({ end, kind, start }) => (kind === 'idle' ? [] : [{ kind, start, end }]))
