import type { Page, Table } from '../core/operation.ts'
import { hours } from '../domain/duration.ts'
import type { Outcome } from './import.ts'

const mostNamed = 10

export function importPage(outcome: Outcome, homedir: string, isRehearsal: boolean): Page {
  const { added, held_by_lock, running, skipped, unreadable } = outcome
  const short = (path: string): string => (path.startsWith(homedir) ? `~${path.slice(homedir.length)}` : path)
  return [
    ...(added.length > 0
      ? [isRehearsal ? 'Nothing is written yet: this is what would be added.' : 'Added:', tableOf(outcome)]
      : [nothing(outcome, short)]),
    ...(running > 0 ? [`Still open, and an entry when it has ended: ${sessions(running)}.`] : []),
    ...(skipped.known > 0 ? [`Left out, since nothing in it is new: ${sessions(skipped.known)}.`] : []),
    ...(skipped.told_by_hooks > 0
      ? [`Left out, since hooks told of it at the time: ${sessions(skipped.told_by_hooks)}.`]
      : []),
    ...(held_by_lock > 0 ? [`Without an entry, since its time is locked: ${sessions(held_by_lock)}.`] : []),
    ...unreadable
      .slice(0, mostNamed)
      .map(({ path, reason }) => `Could not be read: ${short(path)} (${reason}).`),
    ...(unreadable.length > mostNamed ? [`Nor could ${unreadable.length - mostNamed} more.`] : []),
  ]
}

function nothing({ looked_in, skipped, unreadable }: Outcome, short: (path: string) => string): string {
  if (skipped.known + skipped.told_by_hooks + unreadable.length > 0) return 'There is nothing to add.'
  return `There is nothing to add. Logs were looked for in ${looked_in.map(short).join(', ')}.`
}

function tableOf({ added }: Outcome): Table {
  const sum = (of: 'active_seconds' | 'agent_seconds' | 'sessions') =>
    added.reduce((all, one) => all + one[of], 0)
  const total = ['Total', '', hours(sum('active_seconds')), hours(sum('agent_seconds')), `${sum('sessions')}`]
  return {
    columns: ['Date', 'Project', 'You', 'Agent', 'Sessions'],
    rows: [
      ...added.map(one => [
        one.date,
        one.project.name,
        hours(one.active_seconds),
        hours(one.agent_seconds),
        `${one.sessions}`,
      ]),
      ...(added.length > 1 ? [total] : []),
    ],
  }
}

const sessions = (count: number): string => `${count} session${count === 1 ? '' : 's'}`
