/** What waits for a word of its member is looked for at each status, and is never much. */
export const sql = `
create index sessions_unsettled on sessions (workspace_id, member_id, ended_at)
  where settled_at is null and (closed_by = 'watchdog' or held_by_lock = 1);
`
