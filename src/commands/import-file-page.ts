import type { Page, Table } from '../core/operation.ts'
import { hours } from '../domain/duration.ts'
import type { Sum, Totals } from '../imports/totals.ts'
import type { FileOutcome } from './import-file.ts'
import type { Difference } from './import-worth.ts'

const mostNamed = 10

export function filePage(outcome: FileOutcome, isRehearsal: boolean): Page {
  const { added, differences, in_file, invoiced, known, overlapping, program, time_zone } = outcome
  return [
    hasInstants.has(program)
      ? `${programs[program]}.`
      : `${programs[program]}, with its local times in ${time_zone}; --zone names another zone.`,
    tableOf(in_file),
    ...(known > 0 ? [`Known from before, and left out: ${entries(known)}.`] : []),
    ...(added === 0
      ? ['There is nothing to add.']
      : [isRehearsal ? `Nothing is written yet: this would add ${entries(added)}.` : addedText(outcome)]),
    ...madeLines(outcome, isRehearsal),
    ...(invoiced > 0 ? [`Billed elsewhere, so never on an invoice here: ${entries(invoiced)}.`] : []),
    ...(overlapping > 0
      ? [
          `${entries(overlapping)} shared time with another of the same member; \`stint overlaps\` shows them.`,
        ]
      : []),
    ...differences.map(differenceLine),
    ...linesOf('Left out', outcome.problems),
    ...linesOf('Not taken as it stands', outcome.notes),
  ]
}

export const fileDone = (outcome: FileOutcome): Page => addedText(outcome)

const programs = {
  toggl: 'A file of Toggl Track',
  clockify: 'A file of Clockify',
  harvest: 'A file of Harvest',
  timewarrior: 'A file of Timewarrior',
  stint: 'A file of stint',
  csv: 'A table',
} as const

/** What they write is the same in every zone. */
const hasInstants: ReadonlySet<string> = new Set(['timewarrior', 'stint'])

function tableOf(totals: Totals): Table {
  return {
    columns: ['Client', 'Rows', 'Time', 'Money'],
    rows: [
      ...totals.clients.map(one => cellsOf(one.client ?? '(none)', one)),
      ...(totals.clients.length > 1 ? [cellsOf('Total', totals)] : []),
    ],
  }
}

const cellsOf = (name: string, { money, rows, seconds }: Sum): string[] => [
  name,
  `${rows}`,
  hours(seconds),
  moneyText(money),
]

function addedText({ added, changes }: FileOutcome): string {
  const back =
    changes > 1 ? `\`stint undo\`, ${changes} times, takes them back` : '`stint undo` takes it back'
  return `Added ${entries(added)}; ${back}.`
}

function madeLines({ made }: FileOutcome, isRehearsal: boolean): string[] {
  const { clients, projects, tasks } = made
  const parts = [
    ...(clients.length > 0 ? [`${counted(clients.length, 'client')} (${named(clients)})`] : []),
    ...(projects.length > 0 ? [`${counted(projects.length, 'project')} (${named(projects)})`] : []),
    ...(tasks > 0 ? [counted(tasks, 'task')] : []),
  ]
  return parts.length === 0 ? [] : [`${isRehearsal ? 'To be made' : 'Made'}: ${parts.join(', ')}.`]
}

function named(names: readonly string[]): string {
  const more = names.length - mostNamed
  return [...names.slice(0, mostNamed), ...(more > 0 ? [`${more} more`] : [])].join(', ')
}

function differenceLine({ client, here, in_file, unrated_seconds }: Difference): string {
  const unrated = unrated_seconds > 0 ? `; ${hours(unrated_seconds)} of it have no rate here` : ''
  const worth = here.length > 0 ? moneyText(here) : 'nothing'
  return `${client ?? 'Time without a client'} comes to ${moneyText(in_file)} in the file and to ${worth} here${unrated}.`
}

function linesOf(title: string, { count, first }: FileOutcome['problems']): string[] {
  if (count === 0) return []
  const shown = first.toSorted((a, b) => a.line - b.line).slice(0, mostNamed)
  return [
    `${title}: ${counted(count, 'row')}.`,
    ...shown.map(({ line, message }) => `  Line ${line}: ${message}`),
    ...(count > shown.length ? [`  And ${count - shown.length} more.`] : []),
  ]
}

const moneyText = (money: Totals['money']): string =>
  money.map(({ amount, currency }) => `${amount} ${currency}`).join(' + ')

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
const entries = (count: number): string => `${count} ${count === 1 ? 'entry' : 'entries'}`
