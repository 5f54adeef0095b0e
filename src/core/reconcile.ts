import { findDue, findSession } from '../../db/sessions.ts'
import type { Store, Transaction } from '../../db/store.ts'
import type { App } from './app.ts'
import { changeContext, contextOf, type Fact, type Principal, writeEvents } from './context.ts'
import { say, settle } from './engine.ts'

/** Signs of life are written at most this often. */
const signEvery = 60_000

type Due = Awaited<ReturnType<typeof findDue>>[number]

/**
 * Runs before every call: ends what has gone quiet, and lets a call through MCP count as a sign of life.
 * In this order, so that a call after a long silence does not revive what the silence ended.
 */
export async function reconcile(app: App, store: Store, principal: Principal): Promise<void> {
  const now = app.clock()
  const find = (db: Parameters<typeof findDue>[0]) =>
    findDue(
      db,
      principal.workspace_id,
      principal.member_id,
      now,
      principal.door === 'mcp' ? now - signEvery : 0,
    )
  for (const { id } of await store.read(find)) {
    try {
      await store.change(async db => {
        // another process may have been here since
        const due = (await find(db)).find(one => one.id === id)
        if (due) await attend(app, principal, db, due, now)
      })
    } catch (error) {
      // a full disk, or one session gone wrong, must not keep everybody from reading
      app.log(`The watchdog could not attend to ${id}`, error)
    }
  }
}

async function attend(app: App, principal: Principal, db: Transaction, due: Due, now: number): Promise<void> {
  const facts: Fact[] = []
  const quiet = due.quiet_at !== null && due.quiet_at <= now
  const by: Principal = quiet
    ? { workspace_id: principal.workspace_id, scope: 'full', member_id: due.member_id, door: 'job' }
    : principal
  const context = changeContext(app, await contextOf(app, by, db), db, facts)
  const session = await findSession(db, principal.workspace_id, due.id)
  if (!session) return
  if (!quiet) await say(context, session, 'alive', now)
  await settle(context, session)
  await writeEvents(context, 'watchdog', facts)
}
