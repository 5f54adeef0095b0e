import type { Page } from '../core/operation.ts'
import { hours } from '../domain/duration.ts'
import type { Counts, EverythingOutcome } from './import-everything.ts'

export function everythingPage(outcome: EverythingOutcome, isRehearsal: boolean): Page {
  const { entry_seconds, in_file, invoiced, known, made, problems, settings, workspace } = outcome
  const isNew = Object.values(made).some(count => count > 0)
  return [
    `A document of stint: the workspace ${workspace}.`,
    {
      columns: ['', 'In the file', isRehearsal ? 'To be made' : 'Made', 'Known'],
      // the names are those of the counts
      rows: (Object.keys(in_file) as (keyof Counts)[])
        .filter(name => in_file[name] > 0)
        .map(name => [name, `${in_file[name]}`, `${made[name]}`, `${known[name]}`]),
    },
    ...(in_file.entries > 0 ? [`Its entries come to ${hours(entry_seconds)}.`] : []),
    ...(isNew ? (isRehearsal ? ['Nothing is written yet.'] : []) : ['There is nothing to add.']),
    settings
      ? 'Its settings hold here too, since nothing was here.'
      : 'Settings stay as they are, since there are projects here.',
    ...(invoiced > 0
      ? [`Billed on invoices that were sent, so never on an invoice here: ${invoiced} entries.`]
      : []),
    ...leftBehind(outcome),
    ...(problems.count > 0 ? [`Left out: ${problems.count}.`] : []),
    ...problems.first.slice(0, 10).map(({ line, message }) => `  Line ${line}: ${message}`),
  ]
}

/** What cannot be brought back, or had better not be. */
const leftBehind = ({ invoices }: EverythingOutcome): string[] => [
  ...(invoices > 0
    ? [
        `${invoices} invoices stay where they are: what was sent keeps its number where it was sent; what drafts held is unbilled.`,
      ]
    : []),
  'Not brought back: who may do what, folders, prices and use of models, acknowledged overlaps, and what runs.',
]

export const everythingDone = ({ made }: EverythingOutcome): Page =>
  `Brought back ${made.entries} entries, ${made.expenses} expenses and what they belong to.`
