import { clock } from '../domain/duration.ts'
import type { EvidenceRow } from '../domain/invoice-document.ts'
import { type Format, hoursText } from './format.ts'
import type { Cell, Table } from './sheet.ts'
import type { Words } from './words.ts'

/** What the time went to, session by session. */
export interface Annex {
  heading: string
  meaning: string
  table: Table
  totals: Cell[]
}

export function annexOf(evidence: readonly EvidenceRow[], words: Words, format: Format): Annex {
  const whole = evidence.every(row =>
    [row.active_seconds, row.agent_seconds, row.billed_seconds].every(seconds => seconds % 60 === 0),
  )
  const spent = (seconds: number): Cell => ({
    text: seconds === 0 ? '–' : whole ? hoursText(seconds) : clock(seconds),
  })
  const total = (seconds: (row: EvidenceRow) => number): Cell =>
    spent(evidence.reduce((sum, row) => sum + seconds(row), 0))
  return {
    heading: words.evidence,
    meaning: words.evidenceMeaning,
    table: {
      columns: [
        { label: words.date },
        { label: words.time },
        { label: words.work, wide: true },
        { label: words.person },
        { label: words.active, figures: true },
        { label: words.agent, figures: true },
        { label: words.billed, figures: true },
      ],
      rows: evidence.map(row => [
        { text: format.shortDay(row.date) },
        { text: span(row, format) },
        work(row),
        { text: row.member },
        spent(row.active_seconds),
        spent(row.agent_seconds),
        spent(row.billed_seconds),
      ]),
    },
    totals: [
      { text: words.sum },
      { text: '' },
      { text: '' },
      { text: '' },
      total(row => row.active_seconds),
      total(row => row.agent_seconds),
      total(row => row.billed_seconds),
    ],
  }
}

function span({ started_at, ended_at }: EvidenceRow, format: Format): string {
  if (!started_at) return ''
  return ended_at ? `${format.time(started_at)}–${format.time(ended_at)}` : format.time(started_at)
}

function work({ description, project, task, assistant, branch, commits }: EvidenceRow): Cell {
  const place = task ? `${project} · ${task}` : project
  const code = [assistant, branch, commits.map(hash => hash.slice(0, 7)).join(' ')]
    .filter(Boolean)
    .join(' · ')
  const small = description ? [place, code] : [code]
  return { text: description || place, small: small.filter(Boolean) }
}
