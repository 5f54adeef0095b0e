import * as z from 'zod'
import type { Context } from '../src/core/context.ts'
import { fileOf, fileShape, fileText } from '../src/core/file.ts'
import { query } from '../src/core/operation.ts'
import { paper } from '../src/core/paper.ts'
import { reportOf } from '../src/core/report.ts'
import { seesMoney } from '../src/core/role.ts'
import type { Figures, ReportDocument, ReportRow } from '../src/domain/report.ts'
import { dayOf } from '../src/domain/zone.ts'
import { reportFields, type WantedReport, wantedOf } from './report.ts'

const formats = ['csv', 'markdown', 'html'] as const

export const getReportFile = query({
  name: 'get_report_file',
  summary: 'A report as CSV for a spreadsheet, as Markdown, or as a page that prints well.',
  scope: 'read',
  route: 'GET /reports/file',
  command: 'export report [period]',
  examples: ['export report last_month', 'export report --group-by day --format csv --out may.csv'],
  file: true,
  input: z.strictObject({ ...reportFields, format: z.enum(formats).optional().describe('Default html') }),
  output: z.object({ file: fileShape }),
  text: ({ file }) => fileText(file),

  async run(context, input) {
    const wanted = await wantedOf(context, input)
    const { period } = wanted
    const document = documentOf(
      context,
      wanted,
      await reportOf(context, period, wanted.filter, wanted.grouping),
    )
    const { reportCsv, reportHtml, reportMarkdown } = await paper()
    const name = nameOf(document)
    switch (input.format) {
      case 'csv':
        return { file: fileOf(`${name}.csv`, 'text/csv; charset=utf-8', reportCsv(document)) }
      case 'markdown':
        return { file: fileOf(`${name}.md`, 'text/markdown; charset=utf-8', reportMarkdown(document)) }
      default:
        return { file: fileOf(`${name}.html`, 'text/html; charset=utf-8', reportHtml(document)) }
    }
  },
})

function documentOf(
  context: Context,
  { grouping, period }: WantedReport,
  found: { rows: ReportRow[]; totals: Figures },
): ReportDocument {
  const { from, time_zone, to } = period
  const isWhole = seesMoney(context)
  return {
    workspace: context.workspace.name,
    first_day: from === null ? undefined : dayOf(from, time_zone),
    last_day: dayOf(to - 1, time_zone),
    time_zone,
    grouping,
    rows: isWhole ? found.rows : found.rows.map(withoutMoney),
    totals: isWhole ? found.totals : { ...found.totals, amounts: undefined },
  }
}

/** In a file nothing is marked that could be taken out later. */
const withoutMoney = (row: ReportRow): ReportRow => ({
  ...row,
  amounts: undefined,
  rows: row.rows?.map(withoutMoney),
})

const nameOf = ({ first_day, grouping, last_day }: ReportDocument): string =>
  ['report', first_day === undefined ? 'until' : first_day, last_day, ...grouping.filter(Boolean)].join('-')
