import * as z from 'zod'
import { AppError } from '../domain/error.ts'
import { linkTo } from './link.ts'
import { problemOf } from './problem.ts'

/** As much of `get_me` as is told to the one who logs in. */
const me = z.object({
  member: z.object({ id: z.string(), name: z.string(), role: z.string() }),
  workspace: z.object({ id: z.string(), name: z.string() }),
  scope: z.string(),
})
export type Me = z.infer<typeof me>

/** Whether a server of stint is there, and whom the token stands for. */
export async function whoAmI(url: string, version: string, token: string): Promise<Me> {
  if (!/^[\x21-\x7e]+$/.test(token)) throw new AppError('not_authenticated', 'That is no token.')
  const answered = await linkTo(url, version, () => token).ask({ method: 'GET', path: '/me', headers: {} }, 1)
  if (answered.status !== 200) throw problemOf(url, answered)
  return me.parse(JSON.parse(answered.body.toString('utf8')))
}
