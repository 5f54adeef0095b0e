/** Rates, budgets, expenses and invoices. */
export const sql = `
alter table workspaces add column billing text not null default '{}';
alter table clients add column billing text not null default '{}';

alter table projects add column currency text;
alter table projects add column budget text;
create index projects_budget on projects (workspace_id, id) where budget is not null;

alter table sessions add column rate integer;
alter table sessions add column agent_rate integer;
alter table sessions add column rate_currency text;
alter table sessions add column rate_level text;
alter table sessions add column expense_id text;

alter table entries add column rate integer check (rate >= 0);
alter table entries add column agent_rate integer check (agent_rate >= 0);
alter table entries add column rate_currency text;
alter table entries add column rate_level text;
drop index entries_sort;
create index entries_sort on entries (workspace_id, sort_at, id, ended_at) where deleted_at is null;
drop index entries_project;
create index entries_project on entries
  (workspace_id, project_id, sort_at, member_id, billable_seconds, active_seconds, agent_seconds, idle_seconds,
    billable, bill_agent_time, rate, agent_rate, rate_currency, invoice_id, deleted_at)
  where deleted_at is null;
create index entries_invoice on entries (workspace_id, invoice_id) where invoice_id is not null;

create table rates (
  workspace_id text not null references workspaces (id),
  id text not null,
  level text not null check (level in ('workspace', 'member', 'client', 'project', 'task')),
  owner_id text not null,
  kind text not null check (kind in ('human', 'agent', 'cost')),
  currency text not null,
  amount integer check (amount >= 0),
  percent integer check (percent >= 0),
  effective_from text not null,
  created_at integer not null,
  primary key (workspace_id, id),
  check (amount is null or percent is null)
) strict;
create unique index rates_owner on rates (workspace_id, owner_id, level, kind, currency, effective_from);

create table budget_alarms (
  workspace_id text not null,
  project_id text not null,
  window_start text not null,
  percent integer not null,
  fired_at integer not null,
  primary key (workspace_id, project_id, window_start, percent),
  foreign key (workspace_id, project_id) references projects (workspace_id, id)
) strict, without rowid;

create table model_prices (
  workspace_id text not null references workspaces (id),
  model text not null,
  currency text not null,
  effective_from text not null,
  input integer not null check (input >= 0),
  output integer not null check (output >= 0),
  cache_read integer check (cache_read >= 0),
  cache_write integer check (cache_write >= 0),
  created_at integer not null,
  primary key (workspace_id, model, currency, effective_from)
) strict, without rowid;

create table invoices (
  workspace_id text not null references workspaces (id),
  id text not null,
  client_id text not null,
  member_id text not null,
  status text not null check (status in ('draft', 'sent', 'void')),
  number text,
  issued_on text,
  due_on text,
  currency text not null,
  period text not null,
  options text not null,
  total integer,
  paid integer not null check (paid >= 0),
  document text,
  sent_at integer,
  voided_at integer,
  version integer not null,
  created_at integer not null,
  updated_at integer not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, client_id) references clients (workspace_id, id),
  foreign key (workspace_id, member_id) references members (workspace_id, id),
  check (paid <= coalesce(total, 0))
) strict;
create unique index invoices_number on invoices (workspace_id, number) where number is not null;
create index invoices_client on invoices (workspace_id, client_id, created_at);

create table invoice_lines (
  workspace_id text not null,
  id text not null,
  invoice_id text not null,
  description text not null,
  quantity integer not null check (quantity > 0),
  unit_price integer not null check (unit_price >= 0),
  tax_rate integer check (tax_rate >= 0),
  created_at integer not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, invoice_id) references invoices (workspace_id, id)
) strict;
create index invoice_lines_invoice on invoice_lines (workspace_id, invoice_id);

create table invoice_numbers (
  workspace_id text not null references workspaces (id),
  series text not null,
  last integer not null,
  primary key (workspace_id, series)
) strict, without rowid;

create table payments (
  workspace_id text not null,
  id text not null,
  invoice_id text not null,
  date text not null,
  amount integer not null check (amount > 0),
  method text,
  member_id text not null,
  created_at integer not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, invoice_id) references invoices (workspace_id, id)
) strict;
create index payments_invoice on payments (workspace_id, invoice_id);

create table expenses (
  workspace_id text not null references workspaces (id),
  id text not null,
  member_id text not null,
  client_id text,
  project_id text,
  date text not null,
  category text not null,
  category_key text not null,
  description text not null,
  description_key text not null,
  currency text not null,
  amount integer not null check (amount > 0),
  billable integer not null check (billable in (0, 1)),
  markup integer not null check (markup >= 0),
  charge integer not null check (charge >= 0),
  usage text,
  invoice_id text,
  version integer not null,
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  primary key (workspace_id, id),
  foreign key (workspace_id, member_id) references members (workspace_id, id),
  foreign key (workspace_id, client_id) references clients (workspace_id, id),
  foreign key (workspace_id, project_id) references projects (workspace_id, id),
  check (client_id is not null or project_id is not null)
) strict;
create index expenses_date on expenses (workspace_id, date, id) where deleted_at is null;
create index expenses_invoice on expenses (workspace_id, invoice_id) where invoice_id is not null;
`
