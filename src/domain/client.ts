import * as z from 'zod'
import { clientBilling } from './billing.ts'
import { instant } from './instant.ts'
import { amountOut } from './money.ts'

export const client = z.object({
  id: z.string(),
  name: z.string(),
  currency: z.string().optional(),
  company: z.string().optional(),
  email: z.string().optional(),
  hourly_rate: amountOut().optional(),
  agent_rate: amountOut().optional().describe('Money, or percent of the rate'),
  ...clientBilling,
  archived_at: instant.optional(),
  version: z.int(),
  created_at: instant,
  updated_at: instant,
})
export type Client = z.infer<typeof client>
