import { sql } from 'kysely'
import type { Signal, SignalKind } from '../src/domain/signal.ts'
import { insertOf } from './insert.ts'
import { remembered } from './remembered.ts'
import type { Row } from './schema.ts'
import { statement } from './statement.ts'
import type { Reader, Transaction } from './store.ts'

interface Key {
  host: string
  host_session: string
}

const columns = ['id', 'at', 'kind', 'turn', 'tool_id', 'tool_open', 'attended', 'reason'] as const

const ofSession = statement<Key & { workspace: string; from: number; to: number }>()((db, $) =>
  db
    .selectFrom('signals')
    .select(columns)
    .where('workspace_id', '=', $.workspace)
    .where('host', '=', $.host)
    .where('host_session', '=', $.host_session)
    .where('at', '>=', $.from)
    .where('at', '<=', $.to)
    .where('withdrawn_at', 'is', null)
    .orderBy('at'),
)

const always = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER }

const signalsOf = remembered(async (db, workspace: string, host: string, host_session: string) =>
  (await ofSession.page(db, { workspace, host, host_session, ...always })).map(
    signalOf({ host, host_session }),
  ),
)

export const findSignals = (db: Reader, workspace: string, key: Key): Promise<readonly Signal[]> =>
  signalsOf(db, workspace, key.host, key.host_session)

/** Of a session that may have thousands, those around a moment. */
export const findSignalsBetween = async (
  db: Reader,
  workspace: string,
  { host, host_session }: Key,
  from: number,
  to: number,
): Promise<readonly Signal[]> =>
  (await ofSession.all(db, { workspace, host, host_session, from, to })).map(signalOf({ host, host_session }))

/** Each is one look into the index, where the least and the greatest at once would read all of them. */
const momentAt = (end: 'asc' | 'desc') =>
  statement<Key & { workspace: string }>()((db, $) =>
    db
      .selectFrom('signals')
      .select('at')
      .where('workspace_id', '=', $.workspace)
      .where('host', '=', $.host)
      .where('host_session', '=', $.host_session)
      .where('withdrawn_at', 'is', null)
      .orderBy('at', end)
      .limit(sql.lit(1)),
  )
const firstMoment = momentAt('asc')
const lastMoment = momentAt('desc')

/** From its first signal to its last; undefined where there are none. */
export async function findExtent(
  db: Reader,
  workspace: string,
  { host, host_session }: Key,
): Promise<{ from: number; to: number } | undefined> {
  const first = await firstMoment.first(db, { workspace, host, host_session })
  const last = await lastMoment.first(db, { workspace, host, host_session })
  return first && last && { from: first.at, to: last.at }
}

const signalOf =
  ({ host, host_session }: Key) =>
  (row: Pick<Row<'signals'>, (typeof columns)[number]>): Signal => ({
    id: row.id,
    at: row.at,
    host,
    host_session,
    // written by us from the same list
    kind: row.kind as SignalKind,
    attended: row.attended === 1,
    ...(row.turn !== null && { turn: row.turn }),
    ...(row.tool_id !== null && { tool: { id: row.tool_id, open: row.tool_open === 1 } }),
    ...(row.reason !== null && { reason: row.reason }),
  })

/** What only hooks tell: not that a connection is there, or gone. */
const toldByHooks: readonly SignalKind[] = ['start', 'prompt', 'work', 'wait', 'stop', 'notice']

/** Each host whose hooks ever told something of a member, and when last. */
export const findLastSignals = (db: Reader, workspace: string, member: string) =>
  db
    .selectFrom('signals')
    .select(({ fn }) => ['host', fn.max('at').as('at')])
    .where('workspace_id', '=', workspace)
    .where('member_id', '=', member)
    .where('kind', 'in', toldByHooks)
    .where('id', 'not like', 'sig_bf_%')
    .where('id', 'not like', 'sig_hb_%')
    .groupBy('host')
    .execute()

const insert = insertOf('signals', [
  'workspace_id',
  'id',
  'member_id',
  'host',
  'host_session',
  'at',
  'kind',
  'turn',
  'tool_id',
  'tool_open',
  'attended',
  'reason',
  'directory',
  'call_id',
  'withdrawn_at',
  'received_at',
])

export const insertSignal = (db: Transaction, row: Row<'signals'>) => insert.run(db, row)

/** What a call that is taken back had said of a session counts no longer; the rows stay. */
export const withdrawSignals = (db: Transaction, workspace: string, key: Key, call: string, now: number) =>
  db
    .updateTable('signals')
    .set({ withdrawn_at: now })
    .where('workspace_id', '=', workspace)
    .where('host', '=', key.host)
    .where('host_session', '=', key.host_session)
    .where('call_id', '=', call)
    .execute()

export const deleteSignal = (
  db: Transaction,
  workspace: string,
  { at, host, host_session, id }: Pick<Signal, 'at' | 'host' | 'host_session' | 'id'>,
) =>
  db
    .deleteFrom('signals')
    .where('workspace_id', '=', workspace)
    .where('host', '=', host)
    .where('host_session', '=', host_session)
    .where('at', '=', at)
    .where('id', '=', id)
    .execute()

const firstTold = statement<{
  workspace: string
  host: string
  host_session: string
  call: string
  now: number
}>()((db, $) =>
  db
    .selectFrom('signals')
    .select(eb => eb.fn.min('at').as('at'))
    .where('workspace_id', '=', $.workspace)
    .where('host', '=', $.host)
    .where('host_session', '=', $.host_session)
    .where(eb => eb.or([eb('call_id', '=', $.call), eb('withdrawn_at', '=', $.now)])),
)

/** The earliest moment of which a call said something, or took it back. */
export const firstToldIn = async (
  db: Reader,
  of: Parameters<typeof firstTold.first>[1],
): Promise<number | null> => (await firstTold.first(db, of))?.at ?? null
