import { csvLine } from '../domain/csv.ts'
import { hours } from '../domain/duration.ts'
import type { Figures, PlainRow, ReportDocument } from '../domain/report.ts'

export const titleOf = ({ grouping: [first, second] }: ReportDocument): string =>
  second ? `Time by ${first} and ${second}` : `Time by ${first}`

/** What names a row: a project is known by its client too, a task by its project. */
export const columnsOf = ([first, second]: ReportDocument['grouping']): string[] => [
  ...ownColumns(first),
  ...(second === undefined ? [] : ownColumns(second).filter(column => !ownColumns(first).includes(column))),
]

function ownColumns(group: string): string[] {
  if (group === 'project') return ['client', 'project']
  return group === 'task' ? ['project', 'task'] : [group]
}

export interface Line {
  names: string[]
  isInner: boolean
  of: Figures
}

/** Rows and, below each, the rows in it; only the names that are new. */
export const linesOf = (report: ReportDocument): Line[] =>
  report.rows.flatMap(row => [
    { names: namesOf(report, row), isInner: false, of: row },
    ...(row.rows ?? []).map(inner => ({
      names: namesOf(report, undefined, inner),
      isInner: true,
      of: inner,
    })),
  ])

function namesOf({ grouping }: ReportDocument, row: PlainRow | undefined, inner?: PlainRow): string[] {
  const [first, second] = grouping
  const known = { ...placesOf(first, row), ...(second !== undefined && placesOf(second, inner)) }
  return columnsOf(grouping).map(column => known[column] ?? '')
}

function placesOf(group: string, row: PlainRow | undefined): Record<string, string | undefined> {
  if (!row) return {}
  return {
    ...(row.client && { client: row.client.name }),
    ...(row.project && { project: row.project.name }),
    [group]: row.name,
  }
}

const figures = [
  'seconds',
  'active_seconds',
  'agent_seconds',
  'idle_seconds',
  'billable_seconds',
  'unrated_seconds',
  'entries',
] as const

/** One line for each row of the last grouping, and one more for each further currency: columns can be added up. */
export function reportCsv(report: ReportDocument): string {
  const lines = report.rows.flatMap(row =>
    row.rows
      ? row.rows.map(inner => ({ names: namesOf(report, row, inner), of: inner }))
      : [{ names: namesOf(report, row), of: row }],
  )
  return [
    [...columnsOf(report.grouping), ...figures, 'currency', 'amount'],
    ...lines.flatMap(({ names, of }) => csvRows(names, of)),
  ]
    .map(csvLine)
    .join('')
}

function csvRows(names: string[], of: PlainRow): (string | number | null)[][] {
  const [first, ...others] = of.amounts ?? []
  return [
    [...names, ...figures.map(figure => of[figure]), first?.currency ?? null, first?.amount ?? null],
    ...others.map(({ amount, currency }) => [...names, ...figures.map(() => null), currency, amount]),
  ]
}

export function reportMarkdown(report: ReportDocument): string {
  const { first_day, last_day, time_zone, totals, workspace } = report
  const currencies = (totals.amounts ?? []).map(one => one.currency)
  const names = columnsOf(report.grouping)
  const labels = ['Time', 'People', 'Assistants', 'Billable', ...currencies, 'Entries']
  const cells = (of: Figures): string[] => [
    ...[of.seconds, of.active_seconds, of.agent_seconds, of.billable_seconds].map(hours),
    ...currencies.map(currency => of.amounts?.find(one => one.currency === currency)?.amount ?? ''),
    String(of.entries),
  ]
  const total = ['**Total**', ...names.slice(1).map(() => '')]
  const days = first_day === undefined ? `until ${last_day}` : `${first_day} to ${last_day}`
  return `# ${titleOf(report)}

${escaped(workspace)}, ${days} (${time_zone})

${[
  line([...names, ...labels]),
  line([...names.map(() => '---'), ...labels.map(() => '---:')]),
  ...linesOf(report).map(({ names, of }) => line([...names.map(escaped), ...cells(of)])),
  line([...total, ...cells(totals)]),
].join('\n')}
`
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** Whatever people called it, it is text of one cell. */
const escaped = (text: string): string =>
  text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]<>()#+!|~&$]/g, sign => `\\${sign}`)
