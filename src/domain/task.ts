import * as z from 'zod'
import { instant } from './instant.ts'
import { amountOut } from './money.ts'
import { reference } from './reference.ts'

export const task = z.object({
  id: z.string(),
  name: z.string(),
  project: reference,
  assignee: reference.optional(),
  estimated_seconds: z.int().optional(),
  hourly_rate: amountOut().optional(),
  agent_rate: amountOut().optional().describe('Money, or percent of the rate'),
  currency: z.string().optional(),
  completed_at: instant.optional(),
  archived_at: instant.optional(),
  version: z.int(),
  created_at: instant,
  updated_at: instant,
})
export type Task = z.infer<typeof task>
