import type { Reader } from './store.ts'

/** How many timers and sessions run or are paused. */
export async function countOpenSessions(db: Reader, workspace: string): Promise<number> {
  const row = await db
    .selectFrom('sessions')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .where('workspace_id', '=', workspace)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return row?.count ?? 0
}
