import { clock, hours } from './duration.ts'
import type { InvoiceDocument, InvoiceLine, Strategy } from './invoice-document.ts'

type Figures = Pick<InvoiceLine, 'seconds' | 'unrounded_seconds' | 'tracked_seconds'>

interface Words {
  overlaps: (part: string, whole: string, strategy: Strategy) => string
  rounded: (from: string) => string
}

const english: Words = {
  overlaps(part, whole, strategy) {
    const how = { add: '', merge: 'counted once', split: 'shared equally' }[strategy]
    return `${part} of ${whole}: overlapping time ${how}`
  },
  rounded: from => `rounded from ${from}`,
}

const german: Words = {
  overlaps(part, whole, strategy) {
    const how = { add: '', merge: 'einmal gezählt', split: 'gleichmäßig aufgeteilt' }[strategy]
    return `${part} von ${whole}: Überschneidungen ${how}`
  },
  rounded: from => `gerundet von ${from}`,
}

/** What shrank or grew on a line of time, and why; empty where nothing did. */
export function lineNote(
  { seconds = 0, tracked_seconds: tracked = 0, unrounded_seconds: unrounded = 0 }: Figures,
  strategy: Strategy,
  words: Words = english,
): string {
  const show = [tracked, unrounded].every(one => one % 60 === 0) ? hours : clock
  const notes: string[] = []
  if (unrounded < tracked) notes.push(words.overlaps(show(unrounded), show(tracked), strategy))
  if (seconds !== unrounded) notes.push(words.rounded(show(unrounded)))
  return notes.join('; ')
}

/** The same on paper: in the language of the invoice if we have its words, else as the line has it. */
export function noteOnPaper(
  { locale, overlap_strategy }: Pick<InvoiceDocument, 'locale' | 'overlap_strategy'>,
  line: InvoiceLine,
): string | undefined {
  const isGerman = /^de\b/i.test(locale)
  if (!isGerman || line.note === undefined || line.tracked_seconds === undefined) return line.note
  return lineNote(line, overlap_strategy, german)
}
