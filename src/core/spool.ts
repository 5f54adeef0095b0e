import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Where hosts' hooks leave what they have to tell. */
export interface Spool {
  folder: string
  /** Names of the files that wait. Costs next to nothing while there are none. */
  waiting(now: number): string[]
  /** Only when what they say is kept. */
  remove(names: readonly string[]): void
}

/** File systems tell the time of a folder's last change in steps: two changes may look like one. */
const clockStep = 100

export function spoolIn(home: string): Spool {
  const folder = join(home, 'spool')
  let seenEmptyAt: number | undefined
  return {
    folder,
    waiting(now) {
      const changed = statSync(folder, { throwIfNoEntry: false })?.mtimeMs
      if (changed === undefined || changed === seenEmptyAt) return []
      const names = readdirSync(folder).filter(name => name.endsWith('.json') && !name.startsWith('.'))
      if (names.length === 0 && now - changed > clockStep) seenEmptyAt = changed
      return names.sort()
    },
    remove(names) {
      for (const name of names) rmSync(join(folder, name), { force: true })
    },
  }
}
