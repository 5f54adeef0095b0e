/** What programs show to get in. */
export const sql = `
create table tokens (
  workspace_id text not null,
  id text not null,
  member_id text not null,
  name text not null,
  name_key text not null,
  scope text not null check (scope in ('read', 'write', 'full')),
  hash text not null,
  expires_at integer,
  last_used_at integer,
  revoked_at integer,
  created_at integer not null,
  updated_at integer not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, member_id) references members (workspace_id, id)
) strict;
create unique index tokens_id on tokens (id);
create unique index tokens_name on tokens (workspace_id, member_id, name_key) where revoked_at is null;
`
