const walled = [
  'members',
  'member_projects',
  'member_clients',
  'invites',
  'clients',
  'projects',
  'project_aliases',
  'tasks',
  'mappings',
  'sessions',
  'signals',
  'entries',
  'entry_tags',
  'spans',
  'overlap_acknowledgements',
  'events',
  'idempotency_keys',
  'tokens',
  'webhooks',
  'deliveries',
  'rates',
  'budget_alarms',
  'model_prices',
  'invoices',
  'invoice_lines',
  'invoice_numbers',
  'payments',
  'expenses',
  'imported_rows',
]

const allowed = [
  // a process that opens a database file looks for whom it acts
  /^select "workspace_id", "id" from "members" where "role" = 'owner'/,
  // the member who calls, joined to the one workspace that was asked for
  /from "workspaces" as "w" .* where "w"."id" = '/,
  // a program shows a token before anybody knows whose it is
  /^select \* from "tokens" where "id" = '/,
  /^select \* from "tokens" where "hash" = '/,
  // a code is shown before anybody knows whose it is
  /^select \* from "invites" where "hash" = '/,
  // a person may be a member of several workspaces, and name one of them by its member
  /^select "w"."id", .* from "members" as "m" inner join "workspaces" as "w" on "w"."id" = "m"."workspace_id" where \("m"."id" = '/,
  /^select "workspace_id", "id" from "members" where "id" = '/,
  // keys grow old everywhere at once
  /^delete from "idempotency_keys" where "created_at" <= /,
  // whoever delivers does so for all workspaces, and so is the log tidied
  /^select .* from "webhooks" as "w" .* order by "d"."next_at", "d"."event_seq" limit 1$/,
  /^delete from "deliveries" where "created_at" < /,
]

/** Whether a statement, with its values in it, reaches over the wall around a workspace. */
export function reachesOverTheWall(sql: string): boolean {
  const bare = sql
    .replaceAll(/'(?:[^']|'')*'/g, "''")
    // written so that no index is taken; it holds as much
    .replaceAll(/coalesce\(("\w+"\."workspace_id"), ''\)/g, '$1')
  if (!/^(select|with|insert|update|delete)\b/i.test(bare.trim())) return false
  if (!walled.some(table => bare.includes(`"${table}"`))) return false
  if (allowed.some(one => one.test(sql))) return false
  return /^insert/i.test(bare) ? !bare.includes('"workspace_id"') : !bare.includes(`"workspace_id" = ''`)
}
