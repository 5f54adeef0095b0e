import { findDue } from '../../db/sessions.ts'
import type { Reader, Store } from '../../db/store.ts'
import { AppError } from '../domain/error.ts'
import { signEvery } from '../domain/policy.ts'
import type { App } from './app.ts'
import type { Principal } from './context.ts'

/**
 * What comes before every call: what hosts reported is taken in, what has gone quiet is ended, and a call through MCP
 * counts as a sign of life. In this order, so that a call after a long silence does not revive what the silence ended.
 */
export async function reconcile(app: App, store: Store, principal: Principal): Promise<void> {
  await takeInSpool(app, store, principal)
  if (await store.read(db => isDue(app, db, principal))) await attendToAll(app, store, principal)
}

export const isDue = async (app: App, db: Reader, principal: Principal): Promise<boolean> =>
  (await dueAt(db, principal, app.clock())).length > 0

const dueAt = (db: Reader, { door, member_id, workspace_id }: Principal, now: number) =>
  findDue(db, workspace_id, member_id, now, door === 'mcp' ? now - signEvery : 0)

export async function attendToAll(app: App, store: Store, principal: Principal): Promise<void> {
  const now = app.clock()
  // most calls find nothing to do, and a command that only reads need not load what writes
  const { attend } = await import('./watchdog.ts')
  for (const { id } of await store.read(db => dueAt(db, principal, now))) {
    try {
      await store.change(async db => {
        // another process may have been here since
        const due = (await dueAt(db, principal, now)).find(one => one.id === id)
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
export async function takeInSpool(app: App, store: Store, principal: Principal): Promise<void> {
  const { spool } = app
  const waiting = spool?.waiting(app.clock()) ?? []
  if (!spool || waiting.length === 0) return
  const { readReports, takeInReports } = await import('./watchdog.ts')
  const takeIn = async (names: readonly string[]): Promise<void> => {
    const reports = readReports(spool.folder, names)
    await store.change(db => takeInReports(app, principal, db, reports))
    spool.remove(names)
  }
  try {
    for (let first = 0; first < waiting.length; first += mostAtOnce) {
      await takeApart(waiting.slice(first, first + mostAtOnce), takeIn, (name, error) => {
        app.log(`What a host reported is no use: ${name} was put aside`, error)
        spool.refuse(name, String(error))
      })
    }
  } catch (error) {
    // they stay, and the next call tries again
    app.log('What hosts reported could not be taken in', error)
  }
}

/** All at once; where one of them makes the program fail, it is found by halves, and keeps none of the others. */
async function takeApart(
  names: readonly string[],
  take: (names: readonly string[]) => Promise<void>,
  refuse: (name: string, error: unknown) => void,
): Promise<void> {
  try {
    await take(names)
  } catch (error) {
    if (isOfTheMachine(error)) throw error
    const [name, ...others] = names
    if (name === undefined) return
    if (others.length === 0) return refuse(name, error)
    const half = names.length >> 1
    await takeApart(names.slice(0, half), take, refuse)
    await takeApart(names.slice(half), take, refuse)
  }
}

/** A disk that is full, a file that somebody else has: nothing that another signal would change. */
const isOfTheMachine = (error: unknown): boolean =>
  error instanceof AppError || (error instanceof Error && 'syscall' in error)
