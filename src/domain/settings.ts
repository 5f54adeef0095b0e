import * as z from 'zod'
import { sellerBilling } from './billing.ts'
import { amountOut } from './money.ts'
import type { PolicyMinutes } from './policy.ts'

/** What a workspace may set. Lengths of the policy are minutes here and seconds in the rules. */
export const policyFields = {
  idle_timeout_minutes: z.int().min(5).max(480),
  agent_gap_minutes: z.int().min(1).max(480),
  tool_cap_minutes: z.int().min(5).max(1440),
  read_gap_minutes: z.int().min(1).max(480),
  compose_minutes: z.int().min(0).max(480),
  wait_cap_minutes: z.int().min(0).max(480),
} satisfies Record<keyof PolicyMinutes, z.ZodInt>

export const settings = z.object({
  workspace: z.string(),
  time_zone: z.string(),
  week_start: z.enum(['monday', 'sunday', 'saturday']),
  currency: z.string(),
  locked_until: z.string().optional(),
  members_see_team: z.boolean(),
  hourly_rate: amountOut().optional(),
  agent_rate: amountOut().optional(),
  ...policyFields,
  ...sellerBilling,
  version: z.int(),
})
export type Settings = z.infer<typeof settings>
