import { findDue } from '../../db/sessions.ts'
import type { Store } from '../../db/store.ts'
import type { App } from './app.ts'
import type { Principal } from './context.ts'

/** Signs of life are written at most this often. */
const signEvery = 60_000

/**
 * Runs before every call: takes in what hosts reported, ends what has gone quiet, and lets a call through MCP count as a sign of life.
 * In this order, so that a call after a long silence does not revive what the silence ended.
 */
export async function reconcile(app: App, store: Store, principal: Principal): Promise<void> {
  const now = app.clock()
  await takeInSpool(app, store, principal, now)
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

/** So many files at once: a long absence must not hold the database for seconds. */
const mostAtOnce = 2000

/** Each file exactly once, though many processes see it: its name is its signal's id, and it goes when that is kept. */
async function takeInSpool(
  { spool, ...app }: App,
  store: Store,
  principal: Principal,
  now: number,
): Promise<void> {
  const waiting = spool?.waiting(now) ?? []
  if (!spool || waiting.length === 0) return
  const { readReports, takeInReports } = await import('./watchdog.ts')
  for (let first = 0; first < waiting.length; first += mostAtOnce) {
    const names = waiting.slice(first, first + mostAtOnce)
    try {
      const reports = readReports(spool.folder, names)
      await store.change(db => takeInReports(app, principal, db, reports))
      spool.remove(names)
    } catch (error) {
      // they stay, and the next call tries again
      app.log('What hosts reported could not be taken in', error)
      return
    }
  }
}
