import * as z from 'zod'
import { type EntryRow, findEntry } from '../db/entries.ts'
import { acknowledge, findAcknowledged, findOverlapping, findSpans, findSpansBetween } from '../db/spans.ts'
import type { Context } from '../src/core/context.ts'
import { assertOwn, storedEntry } from '../src/core/entry.ts'
import { entryRef, memberRef, newestFirst, nextCursor, pageFields, periodFields } from '../src/core/fields.ts'
import { change, query } from '../src/core/operation.ts'
import { pageOf } from '../src/core/page.ts'
import { reaches } from '../src/core/reach.ts'
import { resolveMember } from '../src/core/resolve.ts'
import { calendarOf } from '../src/core/time.ts'
import { hours } from '../src/domain/duration.ts'
import { AppError } from '../src/domain/error.ts'
import { instant, toText } from '../src/domain/instant.ts'
import { overlappingPairs, type Pair, pairKey } from '../src/domain/overlap.ts'
import { periodShape, periodText, resolvePeriod } from '../src/domain/period.ts'
import { reference } from '../src/domain/reference.ts'

const mostWarned = 5

const overlapped = z.object({
  id: z.string(),
  project: reference,
  started_at: instant.optional(),
  ended_at: instant.optional(),
  description: z.string(),
})

export const overlapWarning = z.object({
  count: z.int().describe('How many of your entries share time with it'),
  seconds: z.int().describe('Shared with each of them, summed up'),
  entries: z.array(overlapped).describe('At most five of them'),
})

const partOf = (row: EntryRow) => ({
  id: row.id,
  project: { id: row.project_id, name: row.project_name },
  ...(row.started_at !== null && { started_at: toText(row.started_at) }),
  ...(row.ended_at !== null && { ended_at: toText(row.ended_at) }),
  description: row.description,
})

/** What a new or moved entry shares with the member's others; a warning, never a refusal. */
export async function overlapsOf({ db, workspace }: Context, of: EntryRow) {
  if (of.started_at === null || of.ended_at === null) return undefined
  const found = await findOverlapping(db, workspace.id, of.member_id, {
    entry: of.id,
    start: of.started_at,
    end: of.ended_at,
  })
  if (found.length === 0) return undefined
  const own = await findSpans(db, workspace.id, of.id)
  const known = await findAcknowledged(db, workspace.id, of.member_id)
  const pairs = overlappingPairs([...found, ...own.map(span => ({ ...span, entry_id: of.id }))])
    .filter(pair => pair.first === of.id || pair.second === of.id)
    .filter(pair => !known.has(pairKey(pair.first, pair.second)))
  if (pairs.length === 0) return undefined
  const others = pairs.map(pair => (pair.first === of.id ? pair.second : pair.first))
  const entries = []
  for (const id of others.slice(0, mostWarned)) {
    const row = await findEntry(db, workspace.id, id)
    if (row) entries.push(partOf(row))
  }
  return { count: others.length, seconds: pairs.reduce((sum, pair) => sum + pair.seconds, 0), entries }
}

/** Pairs of entries of one member that share time and were not acknowledged. */
export async function openOverlaps(context: Context, member: string, from: number, to: number) {
  const { db, workspace } = context
  const spans = await findSpansBetween(db, workspace.id, member, from, to)
  const known = await findAcknowledged(db, workspace.id, member)
  return overlappingPairs(spans).filter(pair => !known.has(pairKey(pair.first, pair.second)))
}

/** Also on an invoice, or before the lock: nothing of the entry itself is changed. */
async function liveEntry(context: Context, id: string): Promise<EntryRow> {
  const row = await storedEntry(context, id)
  assertOwn(context, row.member_id)
  if (row.deleted_at === null) return row
  throw new AppError('not_found', 'This entry was deleted.', { hint: 'list_overlaps shows the pairs.' })
}

export const listOverlaps = query({
  name: 'list_overlaps',
  summary: 'Pairs of a member’s entries that share time and were not acknowledged.',
  scope: 'read',
  toolset: 'more',
  route: 'GET /overlaps',
  command: 'overlaps [period]',
  examples: ['overlaps', 'overlaps last_month --member ada'],
  input: z.strictObject({
    ...periodFields,
    member: memberRef.optional(),
    sort: newestFirst.optional(),
    ...pageFields,
  }),
  output: z.object({
    period: periodShape,
    overlaps: z.array(z.object({ first: overlapped, second: overlapped, seconds: z.int() })),
    count: z.int().describe('All of them'),
    next_cursor: nextCursor,
  }),
  text: ({ count, overlaps }) =>
    count === 0
      ? 'No overlaps.'
      : [
          `${count} ${count === 1 ? 'pair of entries shares' : 'pairs of entries share'} time.`,
          {
            columns: ['Shared', 'First', 'Second', 'Ids'],
            rows: overlaps.map(({ first, second, seconds }) => [
              hours(seconds),
              first.project.name,
              second.project.name,
              `${first.id} ${second.id}`,
            ]),
          },
        ],

  async run(context, { cursor, limit, ...input }) {
    const { db, workspace } = context
    const asked = { list: 'overlaps', ...input }
    const member = input.member === undefined ? context.member : await resolveMember(context, input.member)
    const period = resolvePeriod(input, calendarOf(context, input.time_zone), 'last_30_days')
    const found = await openOverlaps(context, member.id, period.from ?? 0, period.to)
    const pairs = context.reach ? await reachable(context, found) : found
    const { next_cursor, page } = pageOf(
      pairs,
      asked,
      { cursor, limit },
      {
        value: keyOf,
        id: () => '',
        descending: input.sort !== 'created_at',
      },
    )
    const overlaps = []
    for (const pair of page) {
      const first = await findEntry(db, workspace.id, pair.first)
      const second = await findEntry(db, workspace.id, pair.second)
      if (first && second)
        overlaps.push({ first: partOf(first), second: partOf(second), seconds: pair.seconds })
    }
    return {
      period: periodText(period),
      overlaps,
      count: pairs.length,
      next_cursor,
    }
  },
})

async function reachable(context: Context, pairs: readonly Pair[]): Promise<Pair[]> {
  const isNear = async (id: string): Promise<boolean> => {
    const row = await findEntry(context.db, context.workspace.id, id)
    return row !== undefined && reaches(context, row.project_id)
  }
  const near: Pair[] = []
  for (const pair of pairs) if ((await isNear(pair.first)) && (await isNear(pair.second))) near.push(pair)
  return near
}

const keyOf = ({ first, second }: Pair): string => pairKey(first, second)

export const acknowledgeOverlap = change({
  name: 'acknowledge_overlap',
  summary: 'Say that two entries may share time; they are not listed as overlapping again.',
  scope: 'write',
  toolset: 'more',
  idempotent: true,
  route: 'POST /overlaps',
  command: 'overlap acknowledge <entry> <other>',
  examples: ['overlap acknowledge ent_… ent_…'],
  input: z.strictObject({ entry: entryRef, other: entryRef }),
  output: z.object({ acknowledged: z.array(z.string()) }),
  text: () => 'Noted: the two may share time.',

  async run(context, input) {
    const { db, now, workspace } = context
    const one = await liveEntry(context, input.entry)
    const other = await liveEntry(context, input.other)
    if (one.id === other.id || one.member_id !== other.member_id) {
      throw new AppError('validation_error', 'Two different entries of one member are needed.', {
        hint: 'list_overlaps shows the pairs.',
      })
    }
    const [first, second] = one.id < other.id ? [one.id, other.id] : [other.id, one.id]
    await acknowledge(db, {
      workspace_id: workspace.id,
      member_id: one.member_id,
      entry_id: first,
      other_id: second,
      created_at: now,
    })
    context.emit({ type: 'overlap.acknowledged', subject: first, after: { entry: first, other: second } })
    return { acknowledged: [first, second] }
  },
})
