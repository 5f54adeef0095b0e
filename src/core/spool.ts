import { mkdirSync, readdirSync, renameSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Reported } from './reported.ts'

/** Where hosts' hooks leave what they have to tell. */
export interface Spool {
  folder: string
  /** Names of the files that wait. Costs next to nothing while there are none. Throws away what was left half done. */
  waiting(now: number): string[]
  /** Leaves a signal as a hook does: under a temporary name first, so that only whole files are seen. */
  leave(name: string, signal: Omit<Reported, 'id'>): void
  /** Only when what they say is kept. */
  remove(names: readonly string[]): void
  /** Puts aside what a server will never take, with what it said. */
  refuse(name: string, why: string): void
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
      const found = readdirSync(folder)
      const names = found.filter(name => name.endsWith('.json') && !name.startsWith('.'))
      clear(folder, found, now)
      if (names.length === 0 && now - changed > clockStep) seenEmptyAt = changed
      return names.toSorted()
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
    refuse(name, why) {
      const refused = join(folder, 'refused')
      try {
        mkdirSync(refused, { recursive: true, mode: 0o700 })
        renameSync(join(folder, name), join(refused, name))
        writeFileSync(join(refused, `${name}.txt`), `${why}\n`, { mode: 0o600 })
      } catch {
        // another process was faster, or the disk is read-only and it stays where it is
      }
    },
  }
}

/** No hook lives for more than seconds. */
const leftAfter = 3_600_000

/** A hook that was killed before it gave its file a name has told nothing. */
function clear(folder: string, found: readonly string[], now: number): void {
  for (const name of found.filter(one => one.startsWith('.'))) {
    const path = join(folder, name)
    try {
      const file = statSync(path)
      if (file.isFile() && now - file.mtimeMs > leftAfter) unlinkSync(path)
    } catch {
      // another process was faster, or it is not ours
    }
  }
}
