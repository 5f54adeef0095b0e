/** Workspaces, names, work in progress, finished time, and the record of what changed. */
export const sql = `
create table workspaces (
  id text primary key,
  name text not null,
  time_zone text,
  week_start text not null check (week_start in ('monday', 'sunday', 'saturday')),
  currency text not null,
  policy text not null,
  locked_until text,
  names_version integer not null,
  version integer not null,
  created_at integer not null,
  updated_at integer not null
) strict;

create table members (
  workspace_id text not null references workspaces (id),
  id text not null,
  name text not null,
  name_key text not null,
  role text not null check (role in ('owner', 'manager', 'member', 'viewer')),
  archived_at integer,
  created_at integer not null,
  primary key (workspace_id, id)
) strict;
create unique index members_name on members (workspace_id, name_key) where archived_at is null;

create table clients (
  workspace_id text not null references workspaces (id),
  id text not null,
  name text not null,
  name_key text not null,
  currency text,
  company text,
  email text,
  archived_at integer,
  version integer not null,
  created_at integer not null,
  updated_at integer not null,
  primary key (workspace_id, id)
) strict;
create unique index clients_name on clients (workspace_id, name_key);

create table projects (
  workspace_id text not null references workspaces (id),
  id text not null,
  client_id text,
  name text not null,
  name_key text not null,
  color text,
  billable integer not null check (billable in (0, 1)),
  bill_agent_time integer not null check (bill_agent_time in (0, 1)),
  archived_at integer,
  version integer not null,
  created_at integer not null,
  updated_at integer not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, client_id) references clients (workspace_id, id)
) strict;
create unique index projects_name on projects (workspace_id, name_key, coalesce(client_id, ''));
create index projects_client on projects (workspace_id, client_id);

create table project_aliases (
  workspace_id text not null,
  alias_key text not null,
  project_id text not null,
  alias text not null,
  primary key (workspace_id, alias_key),
  foreign key (workspace_id, project_id) references projects (workspace_id, id)
) strict;
create index project_aliases_project on project_aliases (workspace_id, project_id);

create table tasks (
  workspace_id text not null,
  id text not null,
  project_id text not null,
  name text not null,
  name_key text not null,
  estimated_seconds integer,
  assignee_id text,
  completed_at integer,
  archived_at integer,
  version integer not null,
  created_at integer not null,
  updated_at integer not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, project_id) references projects (workspace_id, id),
  foreign key (workspace_id, assignee_id) references members (workspace_id, id)
) strict;
create unique index tasks_name on tasks (workspace_id, project_id, name_key);

create table mappings (
  workspace_id text not null,
  directory text not null,
  origin text,
  project_id text not null,
  created_at integer not null,
  primary key (workspace_id, directory),
  foreign key (workspace_id, project_id) references projects (workspace_id, id)
) strict;

create table sessions (
  workspace_id text not null,
  id text not null,
  member_id text not null,
  project_id text not null,
  task_id text,
  kind text not null check (kind in ('timer', 'session')),
  description text not null,
  tags text not null,
  billable integer not null check (billable in (0, 1)),
  bill_agent_time integer not null check (bill_agent_time in (0, 1)),
  source text not null,
  host text not null,
  host_session text not null,
  directory text,
  model text,
  tokens text,
  started_at integer not null,
  ended_at integer,
  closed_by text check (closed_by in ('end', 'watchdog')),
  last_sign_at integer not null,
  quiet_at integer,
  entry_id text,
  settled_at integer,
  discarded_at integer,
  held_by_lock integer not null check (held_by_lock in (0, 1)),
  counted_seconds integer not null,
  version integer not null,
  created_at integer not null,
  updated_at integer not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, member_id) references members (workspace_id, id),
  foreign key (workspace_id, project_id) references projects (workspace_id, id),
  foreign key (workspace_id, task_id) references tasks (workspace_id, id),
  check (ended_at >= started_at)
) strict;
create unique index sessions_one_timer on sessions (workspace_id, member_id, project_id)
  where kind = 'timer' and ended_at is null;
create index sessions_ended on sessions (workspace_id, member_id, ended_at);
create index sessions_host on sessions (workspace_id, host, host_session, started_at) where host_session <> id;

create table signals (
  workspace_id text not null,
  id text not null,
  member_id text not null,
  host text not null,
  host_session text not null,
  at integer not null,
  kind text not null,
  turn text,
  tool_id text,
  tool_open integer check (tool_open in (0, 1)),
  attended integer not null check (attended in (0, 1)),
  reason text,
  directory text,
  call_id text,
  withdrawn_at integer,
  received_at integer not null,
  primary key (workspace_id, host, host_session, at, id),
  foreign key (workspace_id, member_id) references members (workspace_id, id)
) strict, without rowid;

create table entries (
  workspace_id text not null,
  id text not null,
  member_id text not null,
  project_id text not null,
  task_id text,
  description text not null,
  description_key text not null,
  tags text not null,
  started_at integer,
  ended_at integer,
  date text not null,
  sort_at integer not null,
  seconds integer not null check (seconds > 0),
  active_seconds integer not null check (active_seconds >= 0),
  agent_seconds integer not null check (agent_seconds >= 0),
  idle_seconds integer not null check (idle_seconds >= 0),
  billable integer not null check (billable in (0, 1)),
  bill_agent_time integer not null check (bill_agent_time in (0, 1)),
  billable_seconds integer not null check (billable_seconds between 0 and seconds),
  kind text not null check (kind in ('timer', 'session', 'manual', 'import')),
  source text not null,
  session_id text,
  host text,
  host_session text,
  model text,
  git text,
  fixed_at integer,
  late_seconds integer not null,
  invoice_id text,
  version integer not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  primary key (workspace_id, id),
  foreign key (workspace_id, member_id) references members (workspace_id, id),
  foreign key (workspace_id, project_id) references projects (workspace_id, id),
  foreign key (workspace_id, task_id) references tasks (workspace_id, id),
  check (seconds = active_seconds + agent_seconds),
  check ((started_at is null) = (ended_at is null)),
  check (ended_at > started_at)
) strict;
create index entries_sort on entries (workspace_id, sort_at, id) where deleted_at is null;
create index entries_project on entries
  (workspace_id, project_id, sort_at, member_id, billable_seconds, active_seconds, agent_seconds, idle_seconds,
    deleted_at)
  where deleted_at is null;
create index entries_long on entries (workspace_id, started_at, ended_at)
  where deleted_at is null and ended_at - started_at > 86400000;

create table entry_tags (
  workspace_id text not null,
  tag_key text not null,
  entry_id text not null,
  tag text not null,
  primary key (workspace_id, entry_id, tag_key),
  foreign key (workspace_id, entry_id) references entries (workspace_id, id)
) strict, without rowid;

create table spans (
  workspace_id text not null,
  member_id text not null,
  started_at integer not null,
  entry_id text not null,
  kind text not null check (kind in ('active', 'agent')),
  ended_at integer not null,
  primary key (workspace_id, entry_id, started_at, kind),
  foreign key (workspace_id, entry_id) references entries (workspace_id, id),
  check (ended_at > started_at),
  check (ended_at - started_at <= 86400000)
) strict, without rowid;
create index spans_member on spans (workspace_id, member_id, started_at, ended_at);

create table overlap_acknowledgements (
  workspace_id text not null,
  entry_id text not null,
  other_id text not null,
  member_id text not null,
  created_at integer not null,
  primary key (workspace_id, entry_id, other_id)
) strict, without rowid;

create table events (
  workspace_id text not null,
  seq integer primary key,
  id text not null,
  at integer not null,
  type text not null,
  member_id text not null,
  door text not null,
  connection text,
  operation text not null,
  call_id text not null,
  subject_id text not null,
  before text,
  after text,
  undone_at integer
) strict;
create index events_subject on events (workspace_id, subject_id);

create table idempotency_keys (
  workspace_id text not null,
  member_id text not null,
  key text not null,
  operation text not null,
  fingerprint text not null,
  output text not null,
  created_at integer not null,
  primary key (workspace_id, member_id, key)
) strict, without rowid;
create index idempotency_keys_age on idempotency_keys (created_at);

create table leases (
  name text primary key,
  holder text not null,
  until integer not null
) strict, without rowid;
`
