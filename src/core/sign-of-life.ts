import type { SessionRow } from '../../db/sessions.ts'
import { deleteSignal, findSignals } from '../../db/signals.ts'
import { signEvery } from '../domain/policy.ts'
import type { ChangeContext } from './context.ts'
import { say, settle } from './engine.ts'

/** Now it lives; said at most once a minute. */
export async function showLife(context: ChangeContext, session: SessionRow): Promise<SessionRow> {
  const { now } = context
  if (now - session.last_sign_at < signEvery) return session
  await dropLastSign(context, session)
  await say(context, session, 'alive', now)
  return (await settle(context, session)).session
}

/** Far less than the shortest silence that may end anything. */
const signsApart = 4 * signEvery

/** The latest sign of life moves on; one every few minutes stays, and a long day does not become thousands of rows. */
async function dropLastSign({ db, now, workspace }: ChangeContext, session: SessionRow): Promise<void> {
  const [before, last] = (await findSignals(db, workspace.id, session)).slice(-2)
  if (!before || last?.kind !== 'alive' || last.reason !== undefined || now - before.at > signsApart) return
  await deleteSignal(db, workspace.id, last)
}
