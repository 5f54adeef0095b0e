import type { Connection } from './connection.ts'
import type { Reader } from './store.ts'

interface Kept {
  stamp: number
  value: unknown
}

/**
 * What was read and is read again only when the database changed. It is shared: nobody may change it.
 *
 *     const recall = memory(200)
 *     await recall(db, 'projects', () => …)
 */
export function memory(most: number) {
  const memories = new WeakMap<Connection, Map<string, Kept>>()
  return async <R>(db: Reader, name: string, load: () => Promise<R>): Promise<R> => {
    const { sqlite } = db
    const { stamp } = sqlite
    const kept = memories.get(sqlite) ?? new Map<string, Kept>()
    memories.set(sqlite, kept)
    const known = kept.get(name)
    // who asks by a name gets what was put there under it
    if (known && known.stamp === stamp) return known.value as R
    const value = await load()
    if (kept.size >= most) kept.clear()
    kept.set(name, { stamp, value })
    return value
  }
}

/**
 * A read with a memory of its own.
 *
 *     const findActor = remembered((db, workspace: string, member: string) => …)
 */
export function remembered<K extends readonly (string | number)[], R>(
  load: (db: Reader, ...key: K) => Promise<R>,
): (db: Reader, ...key: K) => Promise<R> {
  const recall = memory(200)
  return (db, ...key) => recall(db, key.join(' '), () => load(db, ...key))
}
