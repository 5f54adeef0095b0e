import type { Row } from '../../db/schema.ts'
import type { Policy } from '../domain/beats.ts'
import { defaultPolicyMinutes, type PolicyMinutes } from '../domain/policy.ts'
import { startOfDay } from '../domain/zone.ts'
import type { Actor, Workspace } from './context.ts'

type ActorRow = Row<'workspaces'> & {
  member_id: string
  member_name: string
  member_role: Row<'members'>['role']
}

export const actorOf = (row: ActorRow): Actor => ({
  id: row.member_id,
  name: row.member_name,
  role: row.member_role,
})

/** The row is the same from call to call while nothing changes, and so is what it comes to. */
const known = new WeakMap<Row<'workspaces'>, Workspace>()

export function workspaceOf(row: Row<'workspaces'>, machineZone: () => string): Workspace {
  const workspace = known.get(row) ?? newWorkspace(row, machineZone)
  known.set(row, workspace)
  return workspace
}

function newWorkspace(row: Row<'workspaces'>, machineZone: () => string): Workspace {
  const machine_zone = machineZone()
  const zone = row.time_zone ?? machine_zone
  return {
    id: row.id,
    name: row.name,
    zone,
    machine_zone,
    week_start: row.week_start,
    currency: row.currency,
    policy: policyOf(policyMinutesOf(row)),
    locked_until: row.locked_until,
    members_see_team: row.members_see_team === 1,
    locked_before: row.locked_until === null ? null : startOfDay(row.locked_until, zone),
    names_version: row.names_version,
    version: row.version,
  }
}

/** Only what differs from the default is stored, so that a better default reaches everybody. */
export const policyMinutesOf = (row: Pick<Row<'workspaces'>, 'policy'>): PolicyMinutes => ({
  ...defaultPolicyMinutes,
  // written by update_settings from the same shape
  ...(JSON.parse(row.policy) as Partial<PolicyMinutes>),
})

const policyOf = (minutes: PolicyMinutes): Policy => ({
  idle_timeout: minutes.idle_timeout_minutes * 60,
  agent_gap: minutes.agent_gap_minutes * 60,
  tool_cap: minutes.tool_cap_minutes * 60,
  read_gap: minutes.read_gap_minutes * 60,
  compose: minutes.compose_minutes * 60,
  wait_cap: minutes.wait_cap_minutes * 60,
})
