const walled = [
  'members',
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
]

const allowed = [
  // a process that opens a database file looks for whom it acts
  /^select "workspace_id", "id" from "members" where "role" = 'owner'/,
  // the member who calls, joined to the one workspace that was asked for
  /from "workspaces" as "w" .* where "w"."id" = '/,
  // keys grow old everywhere at once
  /^delete from "idempotency_keys" where "created_at" <= /,
]

/** Whether a statement, with its values in it, reaches over the wall around a workspace. */
export function reachesOverTheWall(sql: string): boolean {
  const bare = sql.replaceAll(/'(?:[^']|'')*'/g, "''")
  if (!/^(select|with|insert|update|delete)\b/i.test(bare.trim())) return false
  if (!walled.some(table => bare.includes(`"${table}"`))) return false
  if (allowed.some(one => one.test(sql))) return false
  return /^insert/i.test(bare) ? !bare.includes('"workspace_id"') : !bare.includes(`"workspace_id" = ''`)
}
