import type { Generated, Insertable, Selectable } from 'kysely'

// Instants are integer milliseconds, truth values 0 or 1, lists and objects JSON text.
type Instant = number
export type Flag = 0 | 1
export const flag = (value: boolean): Flag => (value ? 1 : 0)
type Json = string
/** Money in the smallest unit of its currency. */
type Minor = number
/** Percent in hundredths. */
type Share = number
type Day = string
export type RateLevel = 'entry' | 'task' | 'project' | 'client' | 'member' | 'workspace'

export interface WorkspaceTable {
  id: string
  name: string
  /** null: the machine's */
  time_zone: string | null
  week_start: 'monday' | 'sunday' | 'saturday'
  currency: string
  policy: Json
  locked_until: string | null
  /** Who bills, and how: what stands on invoices. */
  billing: Generated<Json>
  /** Whether members read the hours of others. */
  members_see_team: Generated<Flag>
  /** Grows with every change of a name that people may type, so that name indexes know when they are stale. */
  names_version: number
  version: number
  created_at: Instant
  updated_at: Instant
}

export interface MemberTable {
  workspace_id: string
  id: string
  name: string
  name_key: string
  role: 'owner' | 'manager' | 'member' | 'viewer'
  /** Who is a member of several workspaces: the first of them; null: nowhere else. */
  first_id: Generated<string | null>
  archived_at: Instant | null
  created_at: Instant
}

/** The projects that a member is kept to; none: all. */
export interface MemberProjectTable {
  workspace_id: string
  member_id: string
  project_id: string
}

/** The clients that a viewer reads. */
export interface MemberClientTable {
  workspace_id: string
  member_id: string
  client_id: string
}

/** A way in for somebody who is not a member yet; of its code only the hash is kept. */
export interface InviteTable {
  workspace_id: string
  id: string
  /** Who invites: it is as good as they are. */
  member_id: string
  name: string | null
  role: 'owner' | 'manager' | 'member' | 'viewer'
  projects: Json
  clients: Json
  hash: string
  expires_at: Instant
  used_at: Instant | null
  revoked_at: Instant | null
  created_at: Instant
}

export interface ClientTable {
  workspace_id: string
  id: string
  name: string
  name_key: string
  currency: string | null
  company: string | null
  email: string | null
  /** Who is billed, and how: address, terms, rounding. */
  billing: Generated<Json>
  archived_at: Instant | null
  version: number
  created_at: Instant
  updated_at: Instant
}

export interface ProjectTable {
  workspace_id: string
  id: string
  client_id: string | null
  name: string
  name_key: string
  color: string | null
  billable: Flag
  bill_agent_time: Flag
  /** Of a project without a client; with one, the client's holds. */
  currency: string | null
  budget: Json | null
  archived_at: Instant | null
  version: number
  created_at: Instant
  updated_at: Instant
}

export interface ProjectAliasTable {
  workspace_id: string
  alias_key: string
  project_id: string
  alias: string
}

export interface TaskTable {
  workspace_id: string
  id: string
  project_id: string
  name: string
  name_key: string
  estimated_seconds: number | null
  assignee_id: string | null
  completed_at: Instant | null
  archived_at: Instant | null
  version: number
  created_at: Instant
  updated_at: Instant
}

export interface MappingTable {
  workspace_id: string
  directory: string
  origin: string | null
  project_id: string
  created_at: Instant
}

export interface SessionTable {
  workspace_id: string
  id: string
  member_id: string
  project_id: string
  task_id: string | null
  kind: 'timer' | 'session'
  description: string
  tags: Json
  billable: Flag
  bill_agent_time: Flag
  source: 'mcp' | 'hook' | 'cli' | 'rest' | 'web' | 'backfill'
  host: string
  host_session: string
  directory: string | null
  /** The last that the host named. */
  model: string | null
  /** Numbers by name, added up, as the host gave them. */
  tokens: Json | null
  /** Frozen: money for an hour, and at which level it was found. */
  rate: Minor | null
  agent_rate: Minor | null
  rate_currency: string | null
  rate_level: RateLevel | null
  /** The expense that its tokens are billed by. */
  expense_id: string | null
  started_at: Instant
  ended_at: Instant | null
  closed_by: 'end' | 'watchdog' | null
  last_sign_at: Instant
  /** From here on silence has ended it; null: never. */
  quiet_at: Instant | null
  entry_id: string | null
  /** What the watchdog ended is told until somebody dealt with it. */
  settled_at: Instant | null
  discarded_at: Instant | null
  held_by_lock: Flag
  /** What its signals came to when its entry last followed them. */
  counted_seconds: number
  version: number
  created_at: Instant
  updated_at: Instant
}

export interface SignalTable {
  workspace_id: string
  id: string
  member_id: string
  host: string
  host_session: string
  at: Instant
  kind: string
  turn: string | null
  tool_id: string | null
  tool_open: Flag | null
  attended: Flag
  reason: string | null
  directory: string | null
  /** The call that wrote it; undo withdraws a call's signals. */
  call_id: string | null
  withdrawn_at: Instant | null
  received_at: Instant
}

export interface EntryTable {
  workspace_id: string
  id: string
  member_id: string
  project_id: string
  task_id: string | null
  description: string
  /** Folded, because databases disagree on what ignoring case means. */
  description_key: string
  tags: Json
  /** null: the entry belongs to a day as a whole */
  started_at: Instant | null
  ended_at: Instant | null
  date: string
  /** started_at, or the start of the day: what lists and reports are ordered by */
  sort_at: Instant
  seconds: number
  active_seconds: number
  agent_seconds: number
  idle_seconds: number
  billable: Flag
  bill_agent_time: Flag
  billable_seconds: number
  kind: 'timer' | 'session' | 'manual' | 'import'
  source: 'mcp' | 'hook' | 'cli' | 'rest' | 'web' | 'import' | 'backfill'
  session_id: string | null
  host: string | null
  host_session: string | null
  model: string | null
  /** What git knows of it: branch and commits. */
  git: Json | null
  /** Fixed: a person changed it, so signals no longer do. */
  fixed_at: Instant | null
  /** What signals that came after it was fixed would have added or taken off. */
  late_seconds: number
  invoice_id: string | null
  /** Frozen: money for an hour, and at which level it was found. */
  rate: Minor | null
  agent_rate: Minor | null
  rate_currency: string | null
  rate_level: RateLevel | null
  version: number
  created_at: Instant
  updated_at: Instant
  deleted_at: Instant | null
}

export interface EntryTagTable {
  workspace_id: string
  tag_key: string
  entry_id: string
  tag: string
}

/** Never longer than a day, so that a search for overlaps has to look one day back only. */
export interface SpanTable {
  workspace_id: string
  member_id: string
  started_at: Instant
  entry_id: string
  kind: 'active' | 'agent'
  ended_at: Instant
}

export interface OverlapAcknowledgementTable {
  workspace_id: string
  entry_id: string
  other_id: string
  member_id: string
  created_at: Instant
}

export interface EventTable {
  workspace_id: string
  seq: Generated<number>
  id: string
  at: Instant
  type: string
  member_id: string
  door: string
  connection: string | null
  operation: string
  call_id: string
  subject_id: string
  before: Json | null
  after: Json | null
  undone_at: Instant | null
}

export interface IdempotencyTable {
  workspace_id: string
  member_id: string
  key: string
  operation: string
  fingerprint: string
  output: Json
  created_at: Instant
}

export interface LeaseTable {
  name: string
  holder: string
  until: Instant
}

/** What an hour costs from a day on; `effective_from` is empty where it holds for all time. */
export interface RateTable {
  workspace_id: string
  id: string
  level: Exclude<RateLevel, 'entry'>
  owner_id: string
  kind: 'human' | 'agent' | 'cost'
  currency: string
  /** Neither an amount nor a percentage: from then on none is set here. */
  amount: Minor | null
  percent: Share | null
  /** Empty: for all time. */
  effective_from: Day
  created_at: Instant
}

/** Thresholds that a project passed in a window of its budget. */
export interface BudgetAlarmTable {
  workspace_id: string
  project_id: string
  window_start: Day
  percent: number
  fired_at: Instant
}

/** Millionths of the currency for a million tokens, from a day on; `effective_from` is empty where it holds for all time. */
export interface ModelPriceTable {
  workspace_id: string
  /** A name, or how it begins and `*`. */
  model: string
  currency: string
  /** Empty: for all time. */
  effective_from: Day
  input: number
  output: number
  /** null: unknown, which is not nothing. */
  cache_read: number | null
  cache_write: number | null
  created_at: Instant
}

export interface InvoiceTable {
  workspace_id: string
  id: string
  client_id: string
  member_id: string
  status: 'draft' | 'sent' | 'void'
  number: string | null
  issued_on: Day | null
  due_on: Day | null
  currency: string
  period: Json
  options: Json
  /** Of an invoice that was sent; a draft is computed anew each time. */
  total: Minor | null
  paid: Minor
  /** As it was sent, whole. */
  document: Json | null
  sent_at: Instant | null
  voided_at: Instant | null
  version: number
  created_at: Instant
  updated_at: Instant
}

/** A line that no time or expense stands behind. */
export interface InvoiceLineTable {
  workspace_id: string
  id: string
  invoice_id: string
  description: string
  /** In thousandths. */
  quantity: number
  unit_price: Minor
  tax_rate: Share | null
  created_at: Instant
}

/** The last number given in a series: a year, or all time. */
export interface InvoiceNumberTable {
  workspace_id: string
  series: string
  last: number
}

export interface PaymentTable {
  workspace_id: string
  id: string
  invoice_id: string
  date: Day
  amount: Minor
  method: string | null
  member_id: string
  created_at: Instant
}

export interface ExpenseTable {
  workspace_id: string
  id: string
  member_id: string
  client_id: string | null
  project_id: string | null
  date: Day
  category: string
  category_key: string
  description: string
  description_key: string
  currency: string
  amount: Minor
  billable: Flag
  markup: Share
  /** What the client is asked for: the amount and its markup; 0 when it is not billable. */
  charge: Minor
  /** Of AI usage: its model, sessions, tokens and the prices they were counted at. */
  usage: Json | null
  invoice_id: string | null
  version: number
  created_at: Instant
  updated_at: Instant
  deleted_at: Instant | null
}

/** What a program shows to get in; of its secret only the hash is kept. */
export interface TokenTable {
  workspace_id: string
  id: string
  member_id: string
  name: string
  name_key: string
  scope: 'read' | 'write' | 'full'
  hash: string
  expires_at: Instant | null
  last_used_at: Instant | null
  revoked_at: Instant | null
  created_at: Instant
  updated_at: Instant
}

/** The secret is kept as it is, because every delivery is signed with it. */
export interface WebhookTable {
  workspace_id: string
  id: string
  member_id: string
  /** The token that made it: it ends with it. */
  token_id: string | null
  url: string
  events: Json
  secret: string
  /** Signs beside the new one for a while, so that a receiver may change at its own time. */
  previous_secret: string | null
  previous_until: Instant | null
  disabled_at: Instant | null
  disabled_reason: 'asked' | 'gone' | 'failing' | null
  /** Nothing came through since. */
  failing_since: Instant | null
  failure_count: number
  last_delivery_at: Instant | null
  last_status: number | null
  version: number
  created_at: Instant
  updated_at: Instant
}

/** Written with its event in one transaction: the outbox, and afterwards the log. */
export interface DeliveryTable {
  workspace_id: string
  id: string
  webhook_id: string
  /** null: a test */
  event_id: string | null
  event_seq: number | null
  type: string
  /** The very text that is sent, each time. */
  payload: Json
  status: 'pending' | 'delivered' | 'failed'
  attempts: number
  next_at: Instant
  /** Who is at it now, and how long nobody else may be. */
  holder: string | null
  leased_until: Instant | null
  last_status: number | null
  last_error: string | null
  delivered_at: Instant | null
  created_at: Instant
  updated_at: Instant
}

/** A row of another program's file that became an entry; of its identity the digest is kept. */
export interface ImportedRowTable {
  workspace_id: string
  source_key: string
  entry_id: string
}

export interface Schema {
  workspaces: WorkspaceTable
  members: MemberTable
  member_projects: MemberProjectTable
  member_clients: MemberClientTable
  invites: InviteTable
  clients: ClientTable
  projects: ProjectTable
  project_aliases: ProjectAliasTable
  tasks: TaskTable
  mappings: MappingTable
  sessions: SessionTable
  signals: SignalTable
  entries: EntryTable
  entry_tags: EntryTagTable
  spans: SpanTable
  overlap_acknowledgements: OverlapAcknowledgementTable
  events: EventTable
  idempotency_keys: IdempotencyTable
  leases: LeaseTable
  rates: RateTable
  budget_alarms: BudgetAlarmTable
  model_prices: ModelPriceTable
  invoices: InvoiceTable
  invoice_lines: InvoiceLineTable
  invoice_numbers: InvoiceNumberTable
  payments: PaymentTable
  expenses: ExpenseTable
  tokens: TokenTable
  webhooks: WebhookTable
  deliveries: DeliveryTable
  imported_rows: ImportedRowTable
}

export type Row<T extends keyof Schema> = Selectable<Schema[T]>
export type NewRow<T extends keyof Schema> = Insertable<Schema[T]>
