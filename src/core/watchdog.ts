import { type findDue, findSession } from '../../db/sessions.ts'
import type { Transaction } from '../../db/store.ts'
import type { App } from './app.ts'
import { checkBudgets } from './budget.ts'
import { changeContext, contextOf, type Fact, type Principal, writeEvents } from './context.ts'
import { settle } from './engine.ts'
import { takeIn } from './intake.ts'
import type { Reported } from './reported.ts'
import { assertRole } from './role.ts'
import { showLife } from './sign-of-life.ts'

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
  if (quiet) await settle(context, session)
  else await showLife(context, session)
  await checkBudgets(context, facts)
  await writeEvents(context, 'watchdog', facts)
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
  assertRole(context, 'member', 'Keeping time')
  await takeIn(context, reports)
  await checkBudgets(context, facts)
  await writeEvents(context, 'take_in', facts)
}
