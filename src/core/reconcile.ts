import { findDue } from '../../db/sessions.ts'
import type { Store } from '../../db/store.ts'
import type { App } from './app.ts'
import type { Principal } from './context.ts'

/** Signs of life are written at most this often. */
const signEvery = 60_000

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
  const waiting = await store.read(find)
  if (waiting.length === 0) return
  // most calls find nothing to do, and a command that only reads need not load what writes
  const { attend } = await import('./watchdog.ts')
  for (const { id } of waiting) {
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
