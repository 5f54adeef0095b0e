import * as z from 'zod'
import { instant } from './instant.ts'

export const client = z.object({
  id: z.string(),
  name: z.string(),
  currency: z.string().optional(),
  company: z.string().optional(),
  email: z.string().optional(),
  archived_at: instant.optional(),
  version: z.int(),
  created_at: instant,
  updated_at: instant,
})
export type Client = z.infer<typeof client>
