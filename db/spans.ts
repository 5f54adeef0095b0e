import { type Span, storableSpans } from '../src/domain/entry.ts'
import { dayMs } from '../src/domain/instant.ts'
import { insertOf } from './insert.ts'
import type { Row } from './schema.ts'
import { statement } from './statement.ts'
import type { Reader, Transaction } from './store.ts'

const ofEntry = statement<{ workspace: string; entry: string }>()((db, $) =>
  db
    .selectFrom('spans')
    .select(['kind', 'started_at as start', 'ended_at as end'])
    .where('workspace_id', '=', $.workspace)
    .where('entry_id', '=', $.entry)
    .orderBy('started_at'),
)

export const findSpans = (db: Reader, workspace: string, entry: string): Promise<Span[]> =>
  ofEntry.all(db, { workspace, entry })

const insert = insertOf('spans', ['workspace_id', 'member_id', 'started_at', 'entry_id', 'kind', 'ended_at'])
const remove = statement<{ workspace: string; entry: string }>()((db, $) =>
  db.deleteFrom('spans').where('workspace_id', '=', $.workspace).where('entry_id', '=', $.entry),
)

type Owner = Pick<Row<'entries'>, 'workspace_id' | 'member_id' | 'id'>

export async function insertSpans(db: Transaction, entry: Owner, spans: readonly Span[]): Promise<void> {
  const { id, member_id, workspace_id } = entry
  for (const { end, kind, start } of storableSpans(spans)) {
    await insert.run(db, { workspace_id, member_id, entry_id: id, kind, started_at: start, ended_at: end })
  }
}

export async function replaceSpans(db: Transaction, entry: Owner, spans: readonly Span[]): Promise<void> {
  await deleteSpans(db, entry.workspace_id, entry.id)
  await insertSpans(db, entry, spans)
}

export const deleteSpans = (db: Transaction, workspace: string, entry: string) =>
  remove.run(db, { workspace, entry })

const overlapping = statement<{
  workspace: string
  member: string
  entry: string
  start: number
  end: number
  day_before: number
}>()((db, $) =>
  db
    .selectFrom('spans as s')
    .innerJoin('entries as e', join =>
      join.onRef('e.workspace_id', '=', 's.workspace_id').onRef('e.id', '=', 's.entry_id'),
    )
    .select(['s.entry_id', 's.kind', 's.started_at as start', 's.ended_at as end'])
    .where('s.workspace_id', '=', $.workspace)
    .where('s.member_id', '=', $.member)
    .where('s.started_at', '>', $.day_before)
    .where('s.started_at', '<', $.end)
    .where('s.ended_at', '>', $.start)
    .where('s.entry_id', '<>', $.entry)
    .where('e.deleted_at', 'is', null)
    .orderBy('s.started_at'),
)

/** The member's spans of other entries that share time with a stretch. */
export const findOverlapping = (
  db: Reader,
  workspace: string,
  member: string,
  of: { entry: string; start: number; end: number },
) => overlapping.all(db, { workspace, member, ...of, day_before: of.start - dayMs })

/** All spans of a member that reach into a stretch, in the order in which they start. */
export const findSpansBetween = (db: Reader, workspace: string, member: string, from: number, to: number) =>
  overlapping.all(db, { workspace, member, entry: '', start: from, end: to, day_before: from - dayMs })

export async function findAcknowledged(db: Reader, workspace: string, member: string): Promise<Set<string>> {
  const rows = await db
    .selectFrom('overlap_acknowledgements')
    .select(['entry_id', 'other_id'])
    .where('workspace_id', '=', workspace)
    .where('member_id', '=', member)
    .execute()
  return new Set(rows.map(row => `${row.entry_id} ${row.other_id}`))
}

export const acknowledge = (
  db: Transaction,
  row: { workspace_id: string; member_id: string; entry_id: string; other_id: string; created_at: number },
) =>
  db
    .insertInto('overlap_acknowledgements')
    .values(row)
    .onConflict(conflict => conflict.columns(['workspace_id', 'entry_id', 'other_id']).doNothing())
    .execute()
