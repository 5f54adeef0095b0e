import * as z from 'zod'
import { instant } from './instant.ts'
import { reference } from './reference.ts'

export const project = z.object({
  id: z.string(),
  name: z.string(),
  client: reference.optional(),
  aliases: z.array(z.string()),
  color: z.string().optional(),
  billable: z.boolean(),
  bill_agent_time: z.boolean(),
  archived_at: instant.optional(),
  version: z.int(),
  created_at: instant,
  updated_at: instant,
})
export type Project = z.infer<typeof project>
