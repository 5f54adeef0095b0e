import { z } from 'zod'

/** How one thing stands inside another. */
export const reference = z.object({ id: z.string(), name: z.string() })
export type Reference = z.infer<typeof reference>
