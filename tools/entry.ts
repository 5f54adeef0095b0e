import * as z from 'zod'
import { type EntryRow, listEntries as findEntries, replaceTags, updateEntry } from '../db/entries.ts'
import { findInvoice } from '../db/invoices.ts'
import { findProject } from '../db/projects.ts'
import { flag, type Row } from '../db/schema.ts'
import { findSpans, replaceSpans } from '../db/spans.ts'
import type { ChangeContext, Context } from '../src/core/context.ts'
import { draftOf, liesIn } from '../src/core/draft.ts'
import { assertEntryUnlocked, entryOf, line, nameOf, ownEntry, storedEntry } from '../src/core/entry.ts'
import {
  autoCreate,
  billable,
  clientRef,
  confirm,
  descriptionField,
  entryRef,
  memberRef,
  nextCursor,
  notes as notesField,
  pageFields,
  periodFields,
  projectRef,
  search,
  tag,
  tagsField,
  taskOrNone,
  taskRef,
  version,
} from '../src/core/fields.ts'
import { change, query } from '../src/core/operation.ts'
import { cut, defaultLimit, readNumberCursor, writeCursor } from '../src/core/page.ts'
import {
  movedPlacement,
  type PlacementInput,
  placementFields,
  placementOf,
  saysPlace,
} from '../src/core/placement.ts'
import { currencyOf, type Frozen, freeze, frozenOf, rateNotes } from '../src/core/rate.ts'
import {
  namedIds,
  resolveAnyProject,
  resolveOrMakeProject,
  resolveProject,
  resolveTask,
} from '../src/core/resolve.ts'
import { assertManager } from '../src/core/role.ts'
import { calendarOf, firstDayFrom, noted } from '../src/core/time.ts'
import { writeTold } from '../src/core/told-entry.ts'
import { assertVersion } from '../src/core/version.ts'
import { hours } from '../src/domain/duration.ts'
import { allActive, type Entry, entry, laidOut, type Span } from '../src/domain/entry.ts'
import { toText } from '../src/domain/instant.ts'
import { moneyInput, mostAnHour, parseMoney } from '../src/domain/money.ts'
import { foldName } from '../src/domain/name.ts'
import { type Period, periodShape, periodText, resolvePeriod } from '../src/domain/period.ts'
import { billableSeconds, type Tally } from '../src/domain/session.ts'
import { overlapsOf, overlapWarning } from './overlap.ts'

export const logTime = change({
  name: 'log_time',
  summary:
    'Log finished time: start with end or duration, or date with duration (a day without a clock time).',
  scope: 'write',
  toolset: 'track',
  route: 'POST /entries',
  command: 'log <project> [duration] [description]',
  examples: [
    'log acme 1h30m "Design review"',
    'log acme --start 09:00 --end 10:15',
    'log acme 45m --date 2026-05-04',
  ],
  input: z.strictObject({
    project: projectRef,
    ...placementFields,
    task: taskRef.optional(),
    description: descriptionField.optional(),
    tags: tagsField.optional(),
    billable: billable.optional(),
    auto_create: autoCreate.optional(),
  }),
  output: z.object({
    entry,
    created_project: z.literal(true).optional(),
    overlaps: overlapWarning.optional(),
    notes: notesField,
  }),
  text: ({ created_project, entry, notes, overlaps }) =>
    [
      `Logged ${hours(entry.seconds)} on ${nameOf(entry)}${created_project ? ' (new project)' : ''}, ${entry.date}.`,
      overlaps ? `It overlaps ${overlaps.count} of your entries.` : '',
      ...(notes ?? []),
    ]
      .filter(part => part !== '')
      .join(' '),

  async run(context, input) {
    const { member, principal } = context
    const notes: string[] = []
    const placed = placementOf(context, input, notes)
    assertEntryUnlocked(context, placed)
    const { created, project } = await resolveOrMakeProject(context, input.project, input)
    const task = input.task === undefined ? undefined : await resolveTask(context, input.task, project)
    const { description = '', tags = [] } = input
    const usual = { project, task: task?.id ?? null, member: member.id, day: placed.date }
    const row = await writeTold(context, {
      member_id: member.id,
      project_id: project.id,
      task_id: usual.task,
      description,
      tags,
      placed,
      sum: allActive(placed.seconds),
      billable: input.billable ?? project.billable === 1,
      bill_agent_time: project.bill_agent_time === 1,
      price: await freeze(context, usual),
      kind: 'manual',
      source: sourceOf(principal.door),
      invoice_id: null,
    })
    const written = await storedEntry(context, row.id)
    context.emit({ type: 'entry.created', subject: row.id, after: written })
    const overlaps = await overlapsOf(context, written)
    return {
      entry: entryOf(written),
      ...(created && { created_project: true as const }),
      ...(overlaps && { overlaps }),
      ...noted(notes),
    }
  },
})

const sourceOf = (door: string): Row<'entries'>['source'] =>
  door === 'mcp' || door === 'cli' || door === 'rest' || door === 'web' ? door : 'hook'

export const getEntry = query({
  name: 'get_entry',
  summary: 'One entry with its spans.',
  scope: 'read',
  route: 'GET /entries/{entry}',
  command: 'entry show <entry>',
  examples: ['entry show ent_…'],
  input: z.strictObject({ entry: entryRef }),
  output: z.object({
    entry,
    spans: z.array(
      z.object({ kind: z.enum(['active', 'agent']), started_at: z.string(), ended_at: z.string() }),
    ),
  }),
  text: ({ entry }) => line(entry),

  async run(context, input) {
    const row = await storedEntry(context, input.entry)
    const spans = await findSpans(context.db, context.workspace.id, row.id)
    return {
      entry: entryOf(row),
      spans: spans.map(({ end, kind, start }) => ({
        kind,
        started_at: toText(start),
        ended_at: toText(end),
      })),
    }
  },
})

export const listEntries = query({
  name: 'list_entries',
  summary: 'Finished time, newest first.',
  scope: 'read',
  steady: 15 * 60_000,
  toolset: 'track',
  route: 'GET /entries',
  command: 'entries [period]',
  examples: ['entries today', 'entries last_week --project acme', 'entries --search login --limit 10'],
  input: z.strictObject({
    ...periodFields,
    project: projectRef.optional(),
    client: clientRef.optional(),
    task: taskRef.optional(),
    member: memberRef.optional(),
    tag: tag.optional(),
    billable: z.boolean().describe('Only billable, or only not').optional(),
    invoiced: z.boolean().describe('Only on an invoice, or only not').optional(),
    search: search.optional(),
    sort: z
      .enum(['-started_at', 'started_at', '-created_at', 'created_at', '-seconds', 'seconds'])
      .describe('Default -started_at')
      .optional(),
    ...pageFields,
  }),
  output: z.object({ period: periodShape, entries: z.array(entry), next_cursor: nextCursor }),
  text: ({ entries, next_cursor, period }) =>
    entries.length === 0
      ? `No entries (${period.token}).`
      : [
          {
            columns: ['Date', 'Start', 'End', 'Time', 'Project', 'Description', 'Id'],
            rows: entries.map(entryCells(period.time_zone)),
          },
          `${entries.length === 1 ? '1 entry' : `${entries.length} entries`}, ${hours(entries.reduce((sum, one) => sum + one.seconds, 0))}${next_cursor ? '; there are more' : ''}.`,
        ],

  async run(context, input) {
    const { db, workspace } = context
    const { cursor: at, limit: wanted, sort: order = '-started_at', ...question } = input
    const period = resolvePeriod(input, calendarOf(context, input.time_zone), 'all_time')
    const filter = {
      ...edgesOf(period),
      ...(await namedIds(context, input)),
      billable: input.billable,
      invoiced: input.invoiced,
      tag_key: input.tag ? foldName(input.tag) : undefined,
      search_key: input.search ? foldName(input.search) : undefined,
    }
    const bound = { list: 'entries', ...question, order }
    const after = readNumberCursor(bound, at)
    const sort = sortOf[order]
    const size = wanted ?? defaultLimit
    const rows = await findEntries(db, workspace.id, filter, {
      sort,
      descending: order.startsWith('-'),
      after,
      limit: size + 1,
    })
    const { last, page } = cut(rows, size)
    return {
      period: periodText(period),
      entries: page.map(entryOf),
      next_cursor: last ? writeCursor(bound, { value: last[sort], id: last.id }) : null,
    }
  },
})

const sortOf = {
  started_at: 'sort_at',
  '-started_at': 'sort_at',
  created_at: 'created_at',
  '-created_at': 'created_at',
  seconds: 'seconds',
  '-seconds': 'seconds',
} as const

const edgesOf = ({ from, time_zone, to, token }: Period) => ({
  ...(from !== null && { from, from_day: firstDayFrom(from, time_zone) }),
  // all time ends today, and so do all entries
  ...(token !== 'all_time' && { to, to_day: firstDayFrom(to, time_zone) }),
})

export const editEntry = change({
  name: 'edit_entry',
  summary: 'Change an entry. A new start, end, date or duration makes all of it your active time.',
  scope: 'write',
  toolset: 'track',
  idempotent: true,
  route: 'PATCH /entries/{entry}',
  command: 'edit <entry>',
  examples: ['edit ent_… --duration 45m', 'edit ent_… --project globex --description "Review"'],
  input: z.strictObject({
    entry: entryRef,
    project: projectRef.optional(),
    ...placementFields,
    task: taskOrNone.optional(),
    description: descriptionField.optional(),
    tags: tagsField.optional(),
    billable: billable.optional(),
    hourly_rate: moneyInput().optional().describe('For this entry alone; "" for the usual one'),
    version: version.optional(),
  }),
  output: z.object({ entry, overlaps: overlapWarning.optional(), notes: notesField }),
  text: ({ entry, notes, overlaps }) =>
    [
      `Changed: ${line(entry)}`,
      overlaps ? `It overlaps ${overlaps.count} of your entries.` : '',
      ...(notes ?? []),
    ]
      .filter(part => part !== '')
      .join(' '),

  async run(context, input) {
    const before = await ownEntry(context, input.entry)
    assertVersion(before, input.version)
    if (!saysAnything(input)) return { entry: entryOf(before) }
    const notes: string[] = []
    const set = await edited(context, before, input, notes)
    const { db, now, workspace } = context
    await updateEntry(db, workspace.id, before.id, {
      ...set,
      fixed_at: now,
      version: before.version + 1,
      updated_at: now,
    })
    const after = await storedEntry(context, before.id)
    if (input.tags) await replaceTags(db, after)
    const spans = saysPlace(input) ? await respanned(context, after) : undefined
    context.emit({
      type: 'entry.updated',
      subject: before.id,
      before: { ...before, ...(spans && { spans }) },
      after,
    })
    const overlaps = spans && (await overlapsOf(context, after))
    return { entry: entryOf(after), ...(overlaps && { overlaps }), ...noted(notes) }
  },
})

/** Time that was moved by hand is one active span; the old ones are in the event. */
async function respanned(context: ChangeContext, after: EntryRow): Promise<Span[]> {
  const spans = await findSpans(context.db, context.workspace.id, after.id)
  await replaceSpans(context.db, after, laidOut(after))
  return spans
}

interface EntryEdit extends PlacementInput {
  project?: string | undefined
  task?: string | undefined
  description?: string | undefined
  tags?: string[] | undefined
  billable?: boolean | undefined
  hourly_rate?: string | undefined
}

const saysAnything = (input: EntryEdit): boolean =>
  saysPlace(input) ||
  [input.project, input.task, input.description, input.tags, input.billable, input.hourly_rate].some(
    one => one !== undefined,
  )

async function edited(context: ChangeContext, before: EntryRow, input: EntryEdit, notes: string[]) {
  const project = input.project === undefined ? undefined : await resolveAnyProject(context, input.project)
  const moved = project !== undefined && project.id !== before.project_id
  if (moved && project.archived_at !== null) await resolveProject(context, project.id)
  const within = { id: project?.id ?? before.project_id, name: project?.name ?? before.project_name }
  const task =
    input.task === undefined || input.task === '' ? undefined : await resolveTask(context, input.task, within)
  if (moved && before.task_id !== null && input.task === undefined) {
    notes.push('Its task belonged to the other project and was taken off.')
  }
  const placement = movedPlacement(context, before, input, notes)
  if (placement) assertEntryUnlocked(context, placement)
  const sum: Tally = placement ? allActive(placement.seconds) : before
  const terms = {
    billable: input.billable ?? (moved ? project.billable : before.billable) === 1,
    bill_agent_time: (moved ? project.bill_agent_time : before.bill_agent_time) === 1,
  }
  if (moved && input.billable === undefined && project.billable !== before.billable) {
    notes.push(`It is ${terms.billable ? 'billable' : 'not billable'} now, as ${project.name} is.`)
  }
  const task_id = task?.id ?? (moved || input.task === '' ? null : before.task_id)
  const day = placement?.date ?? before.date
  const price = await priced(context, before, { project_id: within.id, task_id, day }, input.hourly_rate)
  if (input.hourly_rate === undefined) notes.push(...rateNotes(context, before, price))
  return {
    ...price,
    ...((await fallsOff(context, before, { ...(placement ?? before), ...terms, project_id: within.id })) && {
      invoice_id: null,
    }),
    ...(moved && { project_id: project.id, task_id: null }),
    ...(task && { task_id: task.id }),
    ...(input.task === '' && { task_id: null }),
    ...(input.description !== undefined && {
      description: input.description,
      description_key: foldName(input.description),
    }),
    ...(input.tags !== undefined && { tags: JSON.stringify(input.tags) }),
    ...placement,
    ...(placement && sum),
    billable: flag(terms.billable),
    bill_agent_time: flag(terms.bill_agent_time),
    billable_seconds: billableSeconds(sum, terms),
  }
}

/** Another project, task or day freezes its rate anew; one of its own stays until it is taken off. */
async function priced(
  context: Context,
  before: EntryRow,
  { day, project_id, task_id }: { project_id: string; task_id: string | null; day: string },
  own: string | undefined,
): Promise<Frozen> {
  if (own !== undefined) assertManager(context, 'Setting rates')
  const isKept = before.rate_level === 'entry' && own === undefined
  const isMoved = project_id !== before.project_id || task_id !== before.task_id || day !== before.date
  if (isKept || (own === undefined && !isMoved)) return frozenOf(before)
  const { db, workspace } = context
  const project = await findProject(db, workspace.id, project_id)
  if (!project) throw new Error('An entry has a project.')
  const usual = await freeze(context, { project, task: task_id, member: before.member_id, day })
  if (!own?.trim()) return usual
  const rate_currency = currencyOf(project, workspace)
  const rate = parseMoney(own, rate_currency, 'hourly_rate', mostAnHour)
  return { rate, agent_rate: rate, rate_currency, rate_level: 'entry' }
}

/** What a draft reserved leaves it when that draft could no longer take it. */
async function fallsOff(
  { db, workspace }: Context,
  before: EntryRow,
  after: Pick<EntryRow, 'project_id' | 'started_at' | 'date'> & { billable: boolean },
): Promise<boolean> {
  if (before.invoice_id === null) return false
  if (!after.billable) return true
  const project = await findProject(db, workspace.id, after.project_id)
  if (project?.client_id !== before.client_id) return true
  const draft = await findInvoice(db, workspace.id, before.invoice_id)
  return draft !== undefined && !liesIn(draftOf(draft), after)
}

export const deleteEntry = change({
  name: 'delete_entry',
  summary: 'Delete an entry; undo takes it back.',
  scope: 'write',
  toolset: 'track',
  destructive: true,
  route: 'DELETE /entries/{entry}',
  command: 'entry delete <entry>',
  examples: ['entry delete ent_…', 'entry delete ent_… --yes'],
  input: z.strictObject({ entry: entryRef, version: version.optional(), confirm: confirm.optional() }),
  output: z.object({ entry }),
  text: ({ entry }) => `Deleted: ${line(entry)} undo takes it back.`,
  question: ({ entry }) => `Delete entry ${entry}?`,
  about: { query: 'get_entry', field: 'entry' },

  async run(context, input) {
    const before = await ownEntry(context, input.entry)
    assertVersion(before, input.version)
    return { entry: entryOf(await setDeleted(context, before, context.now)) }
  },
})

export const restoreEntry = change({
  name: 'restore_entry',
  summary: 'Take back the deletion of an entry.',
  scope: 'write',
  idempotent: true,
  route: 'POST /entries/{entry}/restore',
  command: 'entry restore <entry>',
  examples: ['entry restore ent_…'],
  input: z.strictObject({ entry: entryRef }),
  output: z.object({ entry }),
  text: ({ entry }) => `Restored: ${line(entry)}`,

  async run(context, input) {
    const before = await ownEntry(context, input.entry, { deleted: true })
    if (before.deleted_at === null) return { entry: entryOf(before) }
    return { entry: entryOf(await setDeleted(context, before, null)) }
  },
})

async function setDeleted(
  context: ChangeContext,
  before: EntryRow,
  deleted_at: number | null,
): Promise<EntryRow> {
  const set = { deleted_at, fixed_at: context.now, version: before.version + 1, updated_at: context.now }
  await updateEntry(context.db, context.workspace.id, before.id, set)
  const after = { ...before, ...set }
  const type = deleted_at === null ? 'entry.restored' : 'entry.deleted'
  context.emit({ type, subject: before.id, before, after })
  return after
}

const entryCells = (zone: string) => {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' })
  const clock = (text: string | undefined): string =>
    text === undefined ? '' : time.format(Date.parse(text))
  return (one: Entry): string[] => [
    one.date,
    clock(one.started_at),
    clock(one.ended_at),
    hours(one.seconds),
    nameOf(one),
    one.description,
    one.id,
  ]
}
