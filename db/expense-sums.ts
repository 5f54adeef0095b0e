import { sql } from 'kysely'
import { type Reference, referenceOf } from '../src/domain/reference.ts'
import { rowsOf } from './reports.ts'
import type { Reader } from './store.ts'
import { within } from './within.ts'

export interface ExpenseSum {
  client: Reference | undefined
  project: Reference | undefined
  currency: string
  amount: number
  /** What clients are asked for. */
  charge: number
}

export interface ExpenseSumFilter {
  /** The first day, and the first that is out. */
  from_day: string
  to_day: string
  client?: string | undefined
  project?: string | undefined
  /** Only billable ones on no invoice. */
  unbilled?: boolean
  member?: string | undefined
  /** JSON lists of projects, and of clients whose own expenses count as well. */
  within?: string | undefined
  within_clients?: string | undefined
}

/** Money laid out, by client, project and currency. */
export async function expenseSums(
  db: Reader,
  workspace: string,
  filter: ExpenseSumFilter,
): Promise<ExpenseSum[]> {
  const client = sql`coalesce(x.client_id, p.client_id)`
  const wanted = [
    sql`x.workspace_id = ${workspace} and x.deleted_at is null`,
    sql`x.date >= ${filter.from_day} and x.date < ${filter.to_day}`,
    ...(filter.client === undefined ? [] : [sql`${client} = ${filter.client}`]),
    ...(filter.project === undefined ? [] : [sql`x.project_id = ${filter.project}`]),
    ...(filter.unbilled ? [sql`x.billable = 1 and x.invoice_id is null`] : []),
    ...(filter.member === undefined ? [] : [sql`x.member_id = ${filter.member}`]),
    ...(filter.within === undefined
      ? []
      : [
          sql`(${within(sql`x.project_id`, filter.within)} or ${within(sql`x.client_id`, filter.within_clients)})`,
        ]),
  ]
  const rows = await rowsOf(
    db,
    sql<ExpenseRow>`
      select c.id as client_id, c.name as client_name, p.id as project_id, p.name as project_name,
        x.currency, sum(x.amount) as amount, sum(x.charge) as charge
      from expenses as x left join projects as p on p.workspace_id = x.workspace_id and p.id = x.project_id
        left join clients as c on c.workspace_id = x.workspace_id and c.id = ${client}
      where ${sql.join(wanted, sql` and `)}
      group by c.id, c.name, p.id, p.name, x.currency`,
  )
  return rows.map(({ client_id, client_name, project_id, project_name, ...row }) => ({
    ...row,
    client: referenceOf(client_id, client_name),
    project: referenceOf(project_id, project_name),
  }))
}

interface ExpenseRow {
  client_id: string | null
  client_name: string | null
  project_id: string | null
  project_name: string | null
  currency: string
  amount: number
  charge: number
}
