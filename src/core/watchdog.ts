import { type findDue, findSession, type SessionRow } from '../../db/sessions.ts'
import { deleteSignal, findSignals } from '../../db/signals.ts'
import type { Transaction } from '../../db/store.ts'
import { signEvery } from '../domain/policy.ts'
import type { App } from './app.ts'
import {
  type ChangeContext,
  changeContext,
  contextOf,
  type Fact,
  type Principal,
  writeEvents,
} from './context.ts'
import { say, settle } from './engine.ts'
import { takeIn } from './intake.ts'
import type { Reported } from './reported.ts'

export { readReports } from './reported.ts'

type Due = Awaited<ReturnType<typeof findDue>>[number]

/** Ends what has gone quiet, or notes a sign of life. */
export async function attend(
  app: App,
  principal: Principal,
  db: Transaction,
  due: Due,
  now: number,
): Promise<void> {
  const facts: Fact[] = []
  const quiet = due.quiet_at !== null && due.quiet_at <= now
  const by: Principal = quiet
    ? { workspace_id: principal.workspace_id, scope: 'full', member_id: due.member_id, door: 'job' }
    : principal
  const context = changeContext(app, await contextOf(app, by, db), db, facts)
  const session = await findSession(db, principal.workspace_id, due.id)
  if (!session) return
  if (!quiet) {
    await dropLastSign(context, session)
    await say(context, session, 'alive', now)
  }
  await settle(context, session)
  await writeEvents(context, 'watchdog', facts)
}

/** Far less than the shortest silence that may end anything. */
const signsApart = 4 * signEvery

/** The latest sign of life moves on; one every few minutes stays, and a long day does not become thousands of rows. */
async function dropLastSign({ db, now, workspace }: ChangeContext, session: SessionRow): Promise<void> {
  const [before, last] = (await findSignals(db, workspace.id, session)).slice(-2)
  if (!before || last?.kind !== 'alive' || last.reason !== undefined || now - before.at > signsApart) return
  await deleteSignal(db, workspace.id, last)
}

/** What hosts reported is the doing of the one whose machine this is. */
export async function takeInReports(
  app: App,
  principal: Principal,
  db: Transaction,
  reports: readonly Reported[],
): Promise<void> {
  const facts: Fact[] = []
  const by: Principal = { ...principal, door: 'hook' }
  const context = changeContext(app, await contextOf(app, by, db), db, facts)
  await takeIn(context, reports)
  await writeEvents(context, 'take_in', facts)
}
