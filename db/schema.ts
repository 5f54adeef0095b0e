import type { Generated, Insertable, Selectable } from 'kysely'

// Instants are integer milliseconds, truth values 0 or 1, lists and objects JSON text.
type Instant = number
export type Flag = 0 | 1
export const flag = (value: boolean): Flag => (value ? 1 : 0)
type Json = string

export interface WorkspaceTable {
  id: string
  name: string
  /** null: the machine's */
  time_zone: string | null
  week_start: 'monday' | 'sunday' | 'saturday'
  currency: string
  policy: Json
  locked_until: string | null
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
  archived_at: Instant | null
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

export interface Schema {
  workspaces: WorkspaceTable
  members: MemberTable
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
}

export type Row<T extends keyof Schema> = Selectable<Schema[T]>
export type NewRow<T extends keyof Schema> = Insertable<Schema[T]>
