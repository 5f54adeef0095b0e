import type { Amount } from '../domain/money.ts'
import type { Figures, PlainRow, ReportDocument } from '../domain/report.ts'
import { formatOf, hoursText } from './format.ts'
import { type Markup, markup } from './markup.ts'
import { chart } from './report-chart.ts'
import { columnsOf, linesOf, titleOf } from './report-text.ts'
import { style } from './style.ts'

/** A report as a page of its own: it asks for nothing, runs nothing, and prints well. */
export const reportHtml = (report: ReportDocument): string => page(report).text

function page(report: ReportDocument): Markup {
  const { grouping, rows, totals } = report
  const title = titleOf(report)
  const isCalendar = ['day', 'week', 'month'].includes(grouping[0])
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}, ${daysOf(report)}</title>
${style}
${reportStyle}
</head>
<body class="report">
<main>
<header>
<div><h1>${title}</h1><p class="days">${daysOf(report)}</p></div>
<address><p><strong>${report.workspace}</strong><br>${report.time_zone}</p></address>
</header>
<dl class="figures">${figuresOf(totals).map(([label, value]) => markup`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
${charted(rows, title, isCalendar)}
${rows.length === 0 ? markup`<p>No time.</p>` : table(report)}
${totals.unrated_seconds > 0 && totals.amounts ? markup`<p class="footnote">${toMinutes(totals.unrated_seconds)} of the billable time has no rate: its amount is unknown.</p>` : ''}
</main>
</body>
</html>
`
}

function charted(rows: readonly PlainRow[], title: string, isCalendar: boolean): Markup | undefined {
  const drawn = chart(rows, title, isCalendar)
  if (!drawn) return undefined
  const hasAgents = rows.some(row => row.agent_seconds > 0)
  const legend = markup`<figcaption><span class="key you"></span>People <span class="key agent"></span>Assistants</figcaption>`
  return markup`<figure>${drawn}${hasAgents ? legend : ''}</figure>`
}

const figuresOf = (totals: Figures): [label: string, value: string][] => [
  ...columns(totals).map(({ label, cell }): [string, string] => [label, cell(totals)]),
  ['Entries', String(totals.entries)],
]

interface Column {
  label: string
  cell: (of: Figures) => string
}

/** Only what there is: who has no assistants sees none, and each currency stands for itself. */
const columns = ({ agent_seconds, amounts = [], billable_seconds }: Figures): Column[] => [
  { label: 'Time', cell: of => toMinutes(of.seconds) },
  ...(agent_seconds === 0
    ? []
    : [
        { label: 'People', cell: (of: Figures) => toMinutes(of.active_seconds) },
        { label: 'Assistants', cell: (of: Figures) => toMinutes(of.agent_seconds) },
      ]),
  ...(billable_seconds === 0
    ? []
    : [{ label: 'Billable', cell: (of: Figures) => toMinutes(of.billable_seconds) }]),
  ...amounts.map(({ currency }) => ({
    label: currency,
    cell: (of: Figures) => figure(of.amounts?.find(one => one.currency === currency)),
  })),
]

/** `12:05`, as the terminal has it: seconds are left off. */
const toMinutes = (seconds: number): string => hoursText(seconds - (seconds % 60))

function table(report: ReportDocument): Markup {
  const { totals } = report
  const names = columnsOf(report.grouping)
  const shown = [...columns(totals), { label: 'Entries', cell: (of: Figures) => String(of.entries) }]
  const figures = (of: Figures): Markup[] =>
    shown.map(({ cell }) => markup`<td class="figures">${cell(of)}</td>`)
  return markup`<table class="rows">
<thead><tr>${names.map(name => markup`<th scope="col">${capital(name)}</th>`)}${shown.map(({ label }) => markup`<th scope="col" class="figures">${label}</th>`)}</tr></thead>
<tbody>
${linesOf(report).map(({ isInner, names, of }) => markup`<tr${isInner ? markup` class="inner"` : ''}>${names.map(nameCell)}${figures(of)}</tr>\n`)}</tbody>
<tbody class="totals"><tr><td colspan="${String(names.length)}">Total</td>${figures(totals)}</tr></tbody>
</table>`
}

/** Days and months stay on one line. */
const nameCell = (name: string): Markup =>
  markup`<td${/^(week of )?\d{4}-\d\d/.test(name) ? markup` class="day"` : ''}>${name}</td>`

const english = formatOf('en', 'EUR', 'UTC')
const figure = (amount: Amount | undefined): string => (amount ? english.figure(amount.amount) : '')

function daysOf({ first_day, last_day }: ReportDocument): string {
  if (first_day === undefined) return `until ${english.day(last_day)}`
  return first_day === last_day
    ? english.day(last_day)
    : `${english.day(first_day)} – ${english.day(last_day)}`
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

const reportStyle = markup`<style>
.report header { margin-bottom: 8mm; }
.report h1 { font-size: 20pt; }
.report header address { flex: 0 0 auto; text-align: right; color: #6b7280; }
.report .days { color: #6b7280; margin-top: 1mm; }
dl.figures { display: flex; flex-wrap: wrap; gap: 4mm 10mm; padding: 4mm 0; border-top: 1px solid #15171c; border-bottom: 1px solid #e4e6ea; }
dl.figures div { display: block; }
dl.figures dd { font-size: 14pt; font-weight: 600; font-variant-numeric: tabular-nums; }
figure { margin: 7mm 0; break-inside: avoid; }
svg { display: block; width: 100%; height: auto; font-size: 11px; }
svg text { fill: #15171c; }
svg .label { text-anchor: end; }
svg .rest, svg .tick { fill: #6b7280; }
svg .tick { text-anchor: middle; }
svg line { stroke: #e4e6ea; }
.you { fill: #2f6f8f; background: #2f6f8f; }
.agent { fill: #e0a458; background: #e0a458; }
figcaption { margin-top: 2mm; color: #6b7280; font-size: 8pt; }
.key { display: inline-block; width: 3mm; height: 3mm; margin: 0 1.5mm 0 3mm; vertical-align: -0.3mm; }
.report .rows { font-size: 9pt; }
.report .rows th, .report .rows td { padding: 1.4mm 0 1.4mm 4mm; }
.report .rows td { min-width: 24mm; white-space: normal; }
.report .rows .figures, .report .rows .day { min-width: 0; white-space: nowrap; }
.report .rows th:first-child, .report .rows td:first-child { padding-left: 0; }
.inner td { color: #6b7280; }
.report .totals { break-before: avoid; }
@media (max-width: 640px) {
  .report header address { text-align: left; }
  figure { overflow-x: auto; }
  svg { min-width: 560px; }
}
</style>`
