import { z } from 'zod'

/** What a workspace may set. Lengths of the policy are minutes here and seconds in the rules. */
export const policyFields = {
  idle_timeout_minutes: z.int().min(5).max(480),
  agent_gap_minutes: z.int().min(1).max(480),
  tool_cap_minutes: z.int().min(5).max(1440),
  read_gap_minutes: z.int().min(1).max(480),
  compose_minutes: z.int().min(0).max(480),
  wait_cap_minutes: z.int().min(0).max(480),
}

export const settings = z.object({
  workspace: z.string(),
  time_zone: z.string(),
  week_start: z.enum(['monday', 'sunday', 'saturday']),
  currency: z.string(),
  locked_until: z.string().optional(),
  ...policyFields,
  version: z.int(),
})
export type Settings = z.infer<typeof settings>

export type PolicyMinutes = { [K in keyof typeof policyFields]: number }

export const defaultPolicyMinutes: PolicyMinutes = {
  idle_timeout_minutes: 30,
  agent_gap_minutes: 10,
  tool_cap_minutes: 240,
  read_gap_minutes: 5,
  compose_minutes: 2,
  wait_cap_minutes: 5,
}

/** Over this, a timer that nothing watches is pointed out wherever it is shown. */
export const longRunningSeconds = 8 * 3600
/** What the watchdog ended is told for this long. */
export const toldFor = 7 * 86_400_000
