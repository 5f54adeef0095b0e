import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Check } from './doctor.ts'

export interface SpoolFacts {
  folder: string
  waiting: number
  oldest_at: number | null
  /** Files that were none of ours, put aside. */
  unread: number
  /** Files that a server will never take, put aside, and what it said of the newest. */
  refused: number
  refused_why: string | null
}

export function spoolFacts(home: string): SpoolFacts {
  const folder = join(home, 'spool')
  const names = signalsIn(folder)
  const refused = signalsIn(join(folder, 'refused'))
  const newest = refused.toSorted().at(-1)
  const times = names.map(name => Number.parseInt(name, 10)).filter(at => at > 0)
  return {
    folder,
    waiting: names.length,
    oldest_at: times.length > 0 ? Math.min(...times) : null,
    unread: signalsIn(join(folder, 'unread')).length,
    refused: refused.length,
    refused_why: newest === undefined ? null : textOf(join(folder, 'refused', `${newest}.txt`)),
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

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return null
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
  const { folder, oldest_at, refused, refused_why, unread, waiting } = after
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
    ...(refused > 0
      ? [
          {
            name: 'Refused',
            value: `${counted(refused, 'file')} in ${join(folder, 'refused')}`,
            warning: `the server will not take them: ${refused_why ?? 'why is not known any more.'} Move them to ${folder} to try again, or delete them.`,
          },
        ]
      : []),
  ]
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
