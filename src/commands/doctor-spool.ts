import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Check } from './doctor.ts'

export interface SpoolFacts {
  folder: string
  waiting: number
  oldest_at: number | null
  /** Files that were none of ours, put aside. */
  unread: number
}

export function spoolFacts(home: string): SpoolFacts {
  const folder = join(home, 'spool')
  const names = signalsIn(folder)
  const times = names.map(name => Number.parseInt(name, 10)).filter(at => at > 0)
  return {
    folder,
    waiting: names.length,
    oldest_at: times.length > 0 ? Math.min(...times) : null,
    unread: signalsIn(join(folder, 'unread')).length,
  }
}

function signalsIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter(name => name.endsWith('.json') && !name.startsWith('.'))
  } catch {
    // not there yet, or not a folder
    return []
  }
}

/** A hook may have left one just now. */
const mayWait = 60_000

/** Before and after what waited was taken in. */
export function spoolChecks(
  before: SpoolFacts,
  after: SpoolFacts,
  { now, time, taken }: { now: number; time: (ms: number) => string; taken: boolean },
): Check[] {
  const { folder, oldest_at, unread, waiting } = after
  const isStuck = taken && oldest_at !== null && now - oldest_at > mayWait
  const since = oldest_at === null ? '' : `, the oldest of ${time(oldest_at)}`
  const files = join(folder, 'unread')
  return [
    {
      name: 'Spool',
      value:
        waiting > 0
          ? `${counted(waiting, 'signal')} waiting${since}`
          : before.waiting > 0
            ? `empty; ${counted(before.waiting, 'signal')} taken in just now`
            : 'empty',
      ...(isStuck && { problem: 'what hosts told cannot be taken in; `stint status` says why.' }),
    },
    ...(unread > 0
      ? [
          {
            name: 'Put aside',
            value: `${counted(unread, 'file')} in ${files}`,
            warning: `this stint cannot read them; if a newer one wrote them, update and move them to ${folder}, else delete them.`,
          },
        ]
      : []),
  ]
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
