import { insertEvent } from '../../db/events.ts'
import { findReach } from '../../db/members.ts'
import type { Reader, Transaction } from '../../db/store.ts'
import { findActor } from '../../db/workspaces.ts'
import type { Policy } from '../domain/beats.ts'
import { AppError } from '../domain/error.ts'
import type { EventType } from '../domain/event.ts'
import type { Prefix } from '../domain/id.ts'
import type { Reach, Role } from '../domain/member.ts'
import type { App } from './app.ts'
import { images } from './image.ts'
import type { Scope } from './operation.ts'
import { fillOutbox } from './outbox.ts'
import { actorOf, workspaceOf } from './workspace.ts'

export type Door = 'mcp' | 'cli' | 'rest' | 'web' | 'hook' | 'job'

/** Who calls, and through which door. */
export interface Principal {
  workspace_id: string
  member_id: string
  scope: Scope
  door: Door
  /** One run of an MCP server, one browser: what `undo` keeps to. */
  connection?: string
}

/** The workspace as rules need it. */
export interface Workspace {
  id: string
  name: string
  zone: string
  /** What holds where the workspace sets none. */
  machine_zone: string
  week_start: 'monday' | 'sunday' | 'saturday'
  currency: string
  policy: Policy
  /** Nothing may be written before this instant. */
  locked_before: number | null
  locked_until: string | null
  /** Whether members read the hours of others. */
  members_see_team: boolean
  names_version: number
  version: number
}

export interface Actor {
  id: string
  name: string
  role: Role
}

/** One value for one call; `now` stands still in it. */
export interface Context {
  workspace: Workspace
  member: Actor
  principal: Principal
  /** The projects and clients that the member is kept to; undefined: all. */
  reach: Reach | undefined
  now: number
  db: Reader
  /** What the config file allows, and no call can. */
  webhookHosts(): readonly string[]
}

/** A fact and the rows it changed, as they were and as they are. */
export interface Fact {
  type: EventType
  subject: string
  before?: object
  after?: object
}

export interface ChangeContext extends Context {
  db: Transaction
  call_id: string
  newId(prefix: Prefix): string
  random(bytes: number): Uint8Array
  emit(...facts: Fact[]): void
}

export async function contextOf(app: App, principal: Principal, db: Reader): Promise<Context> {
  const row = await findActor(db, principal.workspace_id, principal.member_id)
  // what somebody left running when they left, the watchdog still ends for them
  if (!row || (row.member_left_at !== null && principal.door !== 'job')) {
    throw new AppError('not_authenticated', 'This member is no longer part of the workspace.')
  }
  const workspace = workspaceOf(row, () => app.machineZone())
  const webhookHosts = () => app.webhookHosts?.() ?? []
  const member = actorOf(row)
  // a job finishes what a member began, wherever that was
  const reach = principal.door === 'job' ? undefined : await findReach(db, workspace.id, member)
  return { workspace, member, principal, reach, now: app.clock(), db, webhookHosts }
}

export function changeContext(app: App, context: Context, db: Transaction, facts: Fact[]): ChangeContext {
  return {
    ...context,
    db,
    call_id: app.newId('cal', context.now),
    newId: prefix => app.newId(prefix, context.now),
    random: bytes => app.random(bytes),
    emit: (...more) => void facts.push(...more),
  }
}

export async function writeEvents(
  context: ChangeContext,
  operation: string,
  facts: readonly Fact[],
): Promise<void> {
  for (const fact of facts) {
    await insertEvent(context.db, {
      workspace_id: context.workspace.id,
      id: context.newId('evt'),
      at: context.now,
      type: fact.type,
      member_id: context.member.id,
      door: context.principal.door,
      connection: context.principal.connection ?? null,
      operation,
      call_id: context.call_id,
      subject_id: fact.subject,
      ...images(fact.before, fact.after),
    })
  }
  if (facts.length > 0) await fillOutbox(context, operation, facts.length)
}
