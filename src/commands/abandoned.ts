import { readdirSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { LocalApp } from './app.ts'

type Swept = Pick<LocalApp, 'clock' | 'databasePath' | 'home'>

const hour = 3_600_000

/** What was being written when a process was killed stays under its temporary name: a secret, or all of the time. */
export function sweepAbandoned({ clock, databasePath, home }: Swept): void {
  const now = clock()
  sweep(home, /^(token|config\.json|remote\.json)\.\d+$/, now - hour)
  // as a restore writes it; nobody copies for a whole day
  sweep(dirname(databasePath), /\.\d+\.tmp$/, now - 24 * hour, `${basename(databasePath)}.`)
}

function sweep(folder: string, form: RegExp, before: number, beginning = ''): void {
  for (const name of namesIn(folder)) {
    if (!name.startsWith(beginning) || !form.test(name)) continue
    const path = join(folder, name)
    try {
      const file = statSync(path)
      if (file.isFile() && file.mtimeMs < before) rmSync(path)
    } catch {
      // another process was faster, or it is not ours
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    // nothing was ever kept there
    return []
  }
}
