import { type findDue, findSession, type SessionRow } from '../../db/sessions.ts'
import type { Transaction } from '../../db/store.ts'
import type { App } from './app.ts'
import { checkBudgets } from './budget.ts'
import {
  type ChangeContext,
  changeContext,
  contextOf,
  type Fact,
  type Principal,
  writeEvents,
} from './context.ts'
import { settle } from './engine.ts'
import { isByHand, signalsOf } from './fold.ts'
import { judgeAnew, takeIn } from './intake.ts'
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
  if (quiet) await endQuiet(context, session)
  else await showLife(context, session)
  await checkBudgets(context, facts)
  await writeEvents(context, 'watchdog', facts)
}

/** The person's time that it seemed to take since its last sign of life, it took from nobody. */
async function endQuiet(context: ChangeContext, session: SessionRow): Promise<void> {
  const { ended_at } = (await settle(context, session)).session
  if (ended_at === null || !(isByHand(session) || (await waits(context, session)))) return
  await judgeAnew(context, ended_at, session.quiet_at ?? context.now)
}

/** For an answer, which counts while it may still come. */
async function waits(context: ChangeContext, session: SessionRow): Promise<boolean> {
  const told = (await signalsOf(context, [session])).filter(one => one.kind !== 'notice')
  const last = told.reduce((latest, { at }) => Math.max(latest, at), 0)
  return told.some(({ at, kind }) => kind === 'wait' && at === last)
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
