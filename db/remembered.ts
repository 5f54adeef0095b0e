import type { Connection } from './connection.ts'
import type { Reader } from './store.ts'

interface Kept {
  stamp: number
  value: unknown
}

const mostKept = 200

/**
 * A read that is done again only when the database changed. What it answers is shared: nobody may change it.
 *
 *     const findActor = remembered((db, workspace: string, member: string) => …)
 */
export function remembered<K extends readonly (string | number)[], R>(
  load: (db: Reader, ...key: K) => Promise<R>,
): (db: Reader, ...key: K) => Promise<R> {
  const memory = new WeakMap<Connection, Map<string, Kept>>()
  return async (db, ...key) => {
    const { sqlite } = db
    const { stamp } = sqlite
    const kept = memory.get(sqlite) ?? new Map<string, Kept>()
    memory.set(sqlite, kept)
    const name = key.join(' ')
    const known = kept.get(name)
    // only this function puts values there, under their own key
    if (known && known.stamp === stamp) return known.value as R
    const value = await load(db, ...key)
    if (kept.size >= mostKept) kept.clear()
    kept.set(name, { stamp, value })
    return value
  }
}
