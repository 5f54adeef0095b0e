import { createHash } from 'node:crypto'

/** The same for two runs of a seed: what happened, without ids, and in no order within one moment. */
export function fingerprintOf(db) {
  const facts = [
    `select e.at || e.type || m.name from events as e join members as m on m.id = e.member_id`,
    `select sort_at || ' ' || seconds || ' ' || active_seconds || ' ' || billable || description from entries`,
    `select coalesce(number, '') || status || coalesce(total, '') || paid from invoices`,
  ].flatMap(sql => db.prepare(sql).pluck().all().map(String).toSorted())
  return createHash('sha256').update(facts.join('\n')).digest('hex').slice(0, 12)
}
