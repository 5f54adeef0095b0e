import { hours } from '../domain/duration.ts'
import type { PlainRow } from '../domain/report.ts'
import { type Markup, markup } from './markup.ts'

const width = 720

/** Time as bars, people's and assistants' apart: across for names, upright for a calendar. */
export function chart(rows: readonly PlainRow[], title: string, isCalendar: boolean): Markup | undefined {
  const most = Math.max(0, ...rows.map(row => row.seconds))
  if (most === 0) return undefined
  return isCalendar ? upright(rows, title, most) : across(rows, title)
}

const svg = (title: string, height: number, content: readonly Markup[]): Markup =>
  markup`<svg role="img" aria-labelledby="chart" viewBox="0 0 ${String(width)} ${String(height)}"><title id="chart">${title}</title>
${content}</svg>`

const mostBars = 20
const labelWidth = 200
const valueWidth = 80
const lineHeight = 26

function across(rows: readonly PlainRow[], title: string): Markup {
  const shown = rows.slice(0, mostBars)
  const most = Math.max(...shown.map(row => row.seconds))
  const room = width - labelWidth - valueWidth
  const lines = shown.map((row, at) => {
    const top = at * lineHeight
    const active = (row.active_seconds / most) * room
    const agent = (row.agent_seconds / most) * room
    const name = row.client ? `${row.client.name} · ${row.name}` : row.name
    return markup`<text class="label" x="${px(labelWidth - 10)}" y="${px(top + 17)}">${cut(name)}</text>
${rectangle('you', labelWidth, top + 4, active, lineHeight - 8)}${rectangle('agent', labelWidth + active, top + 4, agent, lineHeight - 8)}
<text x="${px(labelWidth + active + agent + 8)}" y="${px(top + 17)}">${hours(row.seconds)}</text>
`
  })
  const rest = restOf(rows.slice(mostBars), shown.length * lineHeight)
  return svg(title, (shown.length + rest.length) * lineHeight, [...lines, ...rest])
}

/** What a page has no room for is told in words: together it would be the longest bar. */
function restOf(rows: readonly PlainRow[], top: number): Markup[] {
  if (rows.length === 0) return []
  const seconds = rows.reduce((sum, row) => sum + row.seconds, 0)
  return [
    markup`<text class="rest" x="${px(labelWidth)}" y="${px(top + 17)}">${`and ${rows.length} more: ${hours(seconds)}`}</text>
`,
  ]
}

const axisWidth = 44
const plotHeight = 180
// half of the last label
const rightMargin = 16
const plotTop = 8
const mostLabels = 12

function upright(rows: readonly PlainRow[], title: string, most: number): Markup {
  const step = stepOf(most)
  const top = Math.ceil(most / step) * step
  const y = (seconds: number): number => plotTop + plotHeight * (1 - seconds / top)
  const slot = (width - axisWidth - rightMargin) / rows.length
  const gap = slot > 6 ? Math.min(slot * 0.25, 12) : 0
  const bars = rows.map((row, at) => {
    const x = axisWidth + at * slot + gap / 2
    const active = y(row.active_seconds)
    return markup`${rectangle('you', x, active, slot - gap, y(0) - active)}${rectangle('agent', x, y(row.seconds), slot - gap, active - y(row.seconds))}
`
  })
  const every = Math.ceil(rows.length / mostLabels)
  const labels = rows.map((row, at) =>
    at % every === 0
      ? markup`<text class="tick" x="${px(axisWidth + (at + 0.5) * slot)}" y="${px(plotTop + plotHeight + 18)}">${shortName(row.name)}</text>
`
      : undefined,
  )
  return svg(title, plotTop + plotHeight + 28, [...gridOf(top, step, y), ...bars, ...labels.filter(isThere)])
}

const isThere = (part: Markup | undefined): part is Markup => part !== undefined

const gridOf = (top: number, step: number, y: (seconds: number) => number): Markup[] =>
  Array.from({ length: top / step + 1 }, (_, at) => {
    const level = px(y(at * step))
    return markup`<line x1="${px(axisWidth)}" x2="${px(width - rightMargin)}" y1="${level}" y2="${level}"/>
<text class="label" x="${px(axisWidth - 8)}" y="${px(y(at * step) + 4)}">${at === 0 ? '0' : hours(at * step).replace(' 00m', '')}</text>
`
  })

const minutes = [1, 5, 15, 30].map(minute => minute * 60)
const hoursOfDay = [1, 2, 4, 8].map(hour => hour * 3600)
const mostLines = 5

/** The smallest round length that makes no more than five lines. */
function stepOf(most: number): number {
  const step = [...minutes, ...hoursOfDay].find(one => most / one <= mostLines)
  if (step !== undefined) return step
  const power = 3600 * 10 ** Math.floor(Math.log10(most / mostLines / 3600))
  return power * ([1, 2, 5].find(one => most / (one * power) <= mostLines) ?? 10)
}

/** `week of 2026-05-04` is `05-04`, a month stays as it is. */
const shortName = (name: string): string => name.replace(/^week of /, '').replace(/^\d{4}-(\d\d-\d\d)$/, '$1')

const rectangle = (kind: string, x: number, y: number, w: number, h: number): Markup | string =>
  w <= 0 || h <= 0
    ? ''
    : markup`<rect class="${kind}" x="${px(x)}" y="${px(y)}" width="${px(w)}" height="${px(h)}"/>`

const px = (length: number): string => String(Math.round(length * 100) / 100)

const mostCells = 26

/** Signs of Chinese and the like are twice as wide. */
function cut(name: string): string {
  let cells = 0
  let kept = ''
  for (const { segment } of new Intl.Segmenter().segment(name)) {
    cells += (segment.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1
    if (cells > mostCells) return `${kept.trimEnd()}…`
    kept += segment
  }
  return kept
}
