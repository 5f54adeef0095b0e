/** Who is here, what they are kept to, and how others get in. */
export const sql = `
alter table workspaces add column members_see_team integer not null default 1 check (members_see_team in (0, 1));
alter table members add column first_id text;
create index members_first on members (first_id) where first_id is not null;

create table member_projects (
  workspace_id text not null,
  member_id text not null,
  project_id text not null,
  primary key (workspace_id, member_id, project_id),
  foreign key (workspace_id, member_id) references members (workspace_id, id),
  foreign key (workspace_id, project_id) references projects (workspace_id, id)
) strict, without rowid;

create table member_clients (
  workspace_id text not null,
  member_id text not null,
  client_id text not null,
  primary key (workspace_id, member_id, client_id),
  foreign key (workspace_id, member_id) references members (workspace_id, id),
  foreign key (workspace_id, client_id) references clients (workspace_id, id) on delete cascade
) strict, without rowid;

create table invites (
  workspace_id text not null references workspaces (id),
  id text not null,
  member_id text not null,
  name text,
  role text not null check (role in ('owner', 'manager', 'member', 'viewer')),
  projects text not null,
  clients text not null,
  hash text not null,
  expires_at integer not null,
  used_at integer,
  revoked_at integer,
  created_at integer not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, member_id) references members (workspace_id, id)
) strict;
create unique index invites_hash on invites (hash);
`
