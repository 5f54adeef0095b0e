/** Rows of other programs that became entries. A key goes with its entry when that is taken back, not when it is deleted. */
export const sql = `
create table imported_rows (
  workspace_id text not null,
  source_key text not null,
  entry_id text not null,
  primary key (workspace_id, source_key),
  foreign key (workspace_id, entry_id) references entries (workspace_id, id) on delete cascade
) strict;
create index imported_rows_entry on imported_rows (workspace_id, entry_id);
`
