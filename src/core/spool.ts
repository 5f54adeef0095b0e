import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Reported } from './reported.ts'

/** Where hosts' hooks leave what they have to tell. */
export interface Spool {
  folder: string
  /** Names of the files that wait. Costs next to nothing while there are none. */
  waiting(now: number): string[]
  /** Leaves a signal as a hook does: under a temporary name first, so that only whole files are seen. */
  leave(name: string, signal: Omit<Reported, 'id'>): void
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
    leave(name, signal) {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        const temporary = join(folder, `.${name}`)
        writeFileSync(temporary, JSON.stringify(signal), { mode: 0o600 })
        renameSync(temporary, join(folder, `${signal.at}-${name}.json`))
      } catch {
        // a full or read-only disk: nothing is lost but a sign of life
      }
    },
    remove(names) {
      for (const name of names) rmSync(join(folder, name), { force: true })
    },
  }
}
