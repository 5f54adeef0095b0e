/** Addresses that asked for events, and what was or will be sent to them. */
export const sql = `
create table webhooks (
  workspace_id text not null references workspaces (id),
  id text not null,
  member_id text not null,
  token_id text,
  url text not null,
  events text not null,
  secret text not null,
  previous_secret text,
  previous_until integer,
  disabled_at integer,
  disabled_reason text check (disabled_reason in ('asked', 'gone', 'failing')),
  failing_since integer,
  failure_count integer not null check (failure_count >= 0),
  last_delivery_at integer,
  last_status integer,
  version integer not null,
  created_at integer not null,
  updated_at integer not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, member_id) references members (workspace_id, id),
  check ((previous_secret is null) = (previous_until is null)),
  check ((disabled_at is null) = (disabled_reason is null))
) strict;

create table deliveries (
  workspace_id text not null,
  id text not null,
  webhook_id text not null,
  event_id text,
  event_seq integer,
  type text not null,
  payload text not null,
  status text not null check (status in ('pending', 'delivered', 'failed')),
  attempts integer not null check (attempts >= 0),
  next_at integer not null,
  holder text,
  leased_until integer,
  last_status integer,
  last_error text,
  delivered_at integer,
  created_at integer not null,
  updated_at integer not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, webhook_id) references webhooks (workspace_id, id)
) strict;
create index deliveries_due on deliveries (workspace_id, webhook_id, next_at, event_seq) where status = 'pending';
create index deliveries_leased on deliveries (workspace_id, webhook_id, leased_until)
  where leased_until is not null;
create index deliveries_webhook on deliveries (workspace_id, webhook_id, created_at, id);
create index deliveries_age on deliveries (created_at);
`
