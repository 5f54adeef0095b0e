import * as z from 'zod'
import { type EntryRow, insertEntry, replaceTags, updateEntry } from '../db/entries.ts'
import { findSpans, replaceSpans } from '../db/spans.ts'
import type { ChangeContext } from '../src/core/context.ts'
import { takeAway } from '../src/core/engine.ts'
import { entryOf, line, ownEntry, storedEntry } from '../src/core/entry.ts'
import {
  at,
  descriptionField,
  duration,
  entryRef,
  notes as notesField,
  timeZone,
  version,
} from '../src/core/fields.ts'
import { change } from '../src/core/operation.ts'
import { instantWithin } from '../src/core/placement.ts'
import { noted } from '../src/core/time.ts'
import { assertVersion } from '../src/core/version.ts'
import { hours, parseDuration } from '../src/domain/duration.ts'
import {
  allActive,
  entry,
  longestManual,
  mergedSpans,
  type Span,
  splitSpans,
  tallyOf,
} from '../src/domain/entry.ts'
import { AppError } from '../src/domain/error.ts'
import { toText } from '../src/domain/instant.ts'
import { distinct, longestDescription, mostTags } from '../src/domain/label.ts'
import { foldName } from '../src/domain/name.ts'
import { billableSeconds, type Tally } from '../src/domain/session.ts'
import { dayOf } from '../src/domain/zone.ts'

export const splitEntry = change({
  name: 'split_entry',
  summary: 'Cut an entry in two at a moment, or after a duration where it has no clock time.',
  scope: 'write',
  toolset: 'more',
  route: 'POST /entries/{entry}/split',
  command: 'split <entry> [at]',
  examples: ['split ent_… 10:30', 'split ent_… --duration 45m'],
  input: z.strictObject({
    entry: entryRef,
    at: at.optional().describe('Where to cut'),
    duration: duration.optional().describe('Length of the first part, instead of at'),
    time_zone: timeZone.optional(),
    version: version.optional(),
  }),
  output: z.object({ entries: z.array(entry), notes: notesField }),
  text: ({ entries }) => `Split: ${entries.map(line).join(' ')}`,

  async run(context, input) {
    const before = await ownEntry(context, input.entry)
    assertVersion(before, input.version)
    if ((input.at === undefined) === (input.duration === undefined)) {
      throw new AppError(
        'validation_error',
        'Say where to cut: at, or duration for the length of the first part.',
      )
    }
    const notes: string[] = []
    const [first, second] = await halvesOf(context, before, input, notes)
    await rewrite(context, before, first)
    await writeCopy(context, before, second)
    const after = await storedEntry(context, before.id)
    const made = await storedEntry(context, second.id)
    const spans = second.before
    context.emit({ type: 'entry.updated', subject: before.id, before: { ...before, spans }, after })
    context.emit({ type: 'entry.created', subject: made.id, after: made })
    return { entries: [entryOf(after), entryOf(made)], ...noted(notes) }
  },
})

interface Half {
  id: string
  set: Pick<EntryRow, 'started_at' | 'ended_at' | 'date' | 'sort_at'> & Tally
  spans: Span[]
  before: Span[]
}

async function halvesOf(
  context: ChangeContext,
  before: EntryRow,
  input: { at?: string | undefined; duration?: string | undefined; time_zone?: string | undefined },
  notes: string[],
): Promise<[Half, Half]> {
  const made = context.newId('ent')
  const length = input.duration === undefined ? undefined : parseDuration(input.duration)
  const { date, ended_at, sort_at, started_at } = before
  if (started_at === null || ended_at === null) {
    if (length === undefined)
      throw new AppError('validation_error', 'This entry has no clock time: give a duration.')
    assertInside(length > 0 && length < before.seconds, before)
    const whole = { started_at, ended_at, date, sort_at }
    return [
      { id: before.id, set: { ...whole, ...allActive(length) }, spans: [], before: [] },
      { id: made, set: { ...whole, ...allActive(before.seconds - length) }, spans: [], before: [] },
    ]
  }
  const whole = { start: started_at, end: ended_at }
  const cut =
    length === undefined
      ? instantWithin(context, input.at ?? '', whole, notes, input.time_zone)
      : started_at + length * 1000
  assertInside(cut > started_at && cut < ended_at, before)
  const spans = await findSpans(context.db, context.workspace.id, before.id)
  const [early, late] = splitSpans(spans, cut)
  const half = (id: string, start: number, end: number, own: Span[]): Half => {
    const day = dayOf(start, context.workspace.zone)
    return {
      id,
      set: { started_at: start, ended_at: end, date: day, sort_at: start, ...tallyOf(own, start, end) },
      spans: own,
      before: spans,
    }
  }
  const halves: [Half, Half] = [half(before.id, started_at, cut, early), half(made, cut, ended_at, late)]
  if (halves.some(one => one.set.seconds === 0)) {
    throw new AppError('validation_error', 'On one side of that moment there is only idle time.', {
      hint: 'Cut inside the time that counts; `stint entry show` lists its spans.',
    })
  }
  return halves
}

function assertInside(inside: boolean, entry: EntryRow): void {
  if (inside) return
  const where =
    entry.started_at === null || entry.ended_at === null
      ? `shorter than ${hours(entry.seconds)}`
      : `between ${toText(entry.started_at)} and ${toText(entry.ended_at)}`
  throw new AppError('validation_error', `The cut has to lie inside the entry: ${where}.`)
}

async function rewrite(context: ChangeContext, before: EntryRow, { set, spans }: Half): Promise<void> {
  const { db, now, workspace } = context
  await updateEntry(db, workspace.id, before.id, {
    ...set,
    billable_seconds: billableOf(before, set),
    fixed_at: now,
    version: before.version + 1,
    updated_at: now,
  })
  await replaceSpans(db, before, spans)
}

const billableOf = (terms: EntryRow, sum: Tally): number =>
  billableSeconds(sum, { billable: terms.billable === 1, bill_agent_time: terms.bill_agent_time === 1 })

async function writeCopy(context: ChangeContext, before: EntryRow, { id, set, spans }: Half): Promise<void> {
  const { db, now } = context
  const {
    client_id: _client,
    client_name: _name,
    member_name: _member,
    project_name: _project,
    task_name: _task,
    invoice_number: _number,
    invoice_status: _status,
    ...columns
  } = before
  const row = {
    ...columns,
    ...set,
    id,
    billable_seconds: billableOf(before, set),
    fixed_at: now,
    version: 1,
    created_at: now,
    updated_at: now,
  }
  await insertEntry(db, row, spans)
}

export const mergeEntries = change({
  name: 'merge_entries',
  summary: 'Join entries of one project into the earliest; time they share counts once, gaps become idle.',
  scope: 'write',
  toolset: 'more',
  route: 'POST /entries/merge',
  command: 'merge <entries>',
  examples: ['merge ent_… ent_…'],
  input: z.strictObject({
    entries: z.array(entryRef).min(2).max(50).describe('Ids of the entries to join'),
    description: descriptionField.optional(),
  }),
  output: z.object({ entry, merged: z.array(z.string()).describe('Ids that went into it') }),
  text: ({ entry, merged }) => `Joined ${merged.length + 1} entries: ${line(entry)}`,

  async run(context, input) {
    const { db, workspace } = context
    const rows: EntryRow[] = []
    for (const id of new Set(input.entries)) rows.push(await ownEntry(context, id))
    rows.sort((a, b) => a.sort_at - b.sort_at || (a.id < b.id ? -1 : 1))
    const [first, ...others] = rows
    if (!first || others.length === 0)
      throw new AppError('validation_error', 'At least two different entries are needed.')
    assertAlike(first, others)
    const before = await findSpans(db, workspace.id, first.id)
    const whole = await joined(context, rows)
    // written by us from lists of strings
    const all = rows.flatMap(row => JSON.parse(row.tags) as string[])
    const tags = JSON.stringify(distinct(all).slice(0, mostTags))
    const description = input.description ?? describedBy(rows)
    await rewrite(context, first, { id: first.id, set: whole.set, spans: whole.spans, before })
    await updateEntry(db, workspace.id, first.id, {
      description,
      description_key: foldName(description),
      tags,
    })
    await replaceTags(db, { ...first, tags })
    const after = await storedEntry(context, first.id)
    context.emit({ type: 'entry.updated', subject: first.id, before: { ...first, spans: before }, after })
    for (const other of others) await takeAway(context, other, 'person')
    return { entry: entryOf(after), merged: others.map(one => one.id) }
  },
})

/** What each of them says, once; cut where a description has to end, but in no character. */
const describedBy = (rows: readonly EntryRow[]): string =>
  [...new Set(rows.map(row => row.description).filter(Boolean))]
    .join('; ')
    .slice(0, longestDescription)
    .replace(/[\ud800-\udbff]$/, '')

function assertAlike(first: EntryRow, others: readonly EntryRow[]): void {
  const same = (
    key:
      | 'member_id'
      | 'project_id'
      | 'task_id'
      | 'billable'
      | 'bill_agent_time'
      | 'rate'
      | 'agent_rate'
      | 'rate_currency',
  ) => others.every(one => one[key] === first[key])
  const problem = !same('member_id')
    ? 'They belong to different members.'
    : !same('project_id') || !same('task_id')
      ? 'They belong to different projects or tasks.'
      : !same('billable')
        ? 'Some are billable and some are not.'
        : !same('bill_agent_time') && [first, ...others].some(one => one.agent_seconds > 0)
          ? 'Some bill the time of agents and some do not.'
          : !same('rate') || !same('agent_rate') || !same('rate_currency')
            ? 'They have different rates.'
            : others.some(one => (one.started_at === null) !== (first.started_at === null))
              ? 'Some have a clock time and some only a day.'
              : first.started_at === null && others.some(one => one.date !== first.date)
                ? 'They belong to different days.'
                : undefined
  if (problem)
    throw new AppError('validation_error', problem, { hint: 'Make them alike with edit_entry first.' })
}

async function joined({ db, workspace }: ChangeContext, rows: readonly EntryRow[]) {
  const [first] = rows
  if (!first) throw new Error('There are two at least.')
  const { date, sort_at, started_at } = first
  const spans: Span[] = []
  for (const row of rows) spans.push(...(await findSpans(db, workspace.id, row.id)))
  const own = mergedSpans(spans)
  const ended_at = started_at === null ? null : Math.max(...rows.map(row => row.ended_at ?? 0))
  const sum =
    started_at === null || ended_at === null
      ? allActive(rows.reduce((seconds, row) => seconds + row.seconds, 0))
      : tallyOf(own, started_at, ended_at)
  const length = started_at === null || ended_at === null ? sum.seconds : (ended_at - started_at) / 1000
  if (length > longestManual) {
    throw new AppError('validation_error', 'Together they would be longer than 24 hours.')
  }
  return { set: { started_at, ended_at, date, sort_at, ...sum }, spans: own }
}
