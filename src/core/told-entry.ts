import { insertEntry } from '../../db/entries.ts'
import { flag, type Row } from '../../db/schema.ts'
import { laidOut, type Span } from '../domain/entry.ts'
import { foldName } from '../domain/name.ts'
import { billableSeconds, type Tally } from '../domain/session.ts'
import type { ChangeContext } from './context.ts'
import type { Placed } from './placement.ts'
import type { Frozen } from './rate.ts'

type Kept = 'member_id' | 'project_id' | 'task_id' | 'description' | 'kind' | 'source' | 'invoice_id'

/** Time that somebody tells when it is over. */
export interface Told extends Pick<Row<'entries'>, Kept> {
  tags: readonly string[]
  placed: Placed
  sum: Tally
  billable: boolean
  bill_agent_time: boolean
  price: Frozen
  /** Left out: its lengths, one after the other. */
  spans?: readonly Span[] | undefined
  trace?: Partial<Pick<Row<'entries'>, 'host' | 'host_session' | 'model' | 'git'>> | undefined
}

/** Makes an entry of it, fixed from the beginning: no signals follow. */
export async function writeTold(context: ChangeContext, told: Told): Promise<Row<'entries'>> {
  const { db, now, workspace } = context
  const { bill_agent_time, billable, placed, price, spans, sum, tags, trace, ...kept } = told
  const row: Row<'entries'> = {
    workspace_id: workspace.id,
    id: context.newId('ent'),
    ...kept,
    description_key: foldName(told.description),
    tags: JSON.stringify(tags),
    ...placed,
    ...sum,
    billable: flag(billable),
    bill_agent_time: flag(bill_agent_time),
    billable_seconds: billableSeconds(sum, { billable, bill_agent_time }),
    ...price,
    session_id: null,
    host: null,
    host_session: null,
    model: null,
    git: null,
    ...trace,
    fixed_at: now,
    late_seconds: 0,
    version: 1,
    created_at: now,
    updated_at: now,
    deleted_at: null,
  }
  await insertEntry(db, row, spans ?? laidOut(row))
  return row
}
