import { z } from 'zod'
import { type EntryRow, findEntry, insertEntry, listEntries as findEntries, replaceTags, updateEntry } from '../db/entries.ts'
import type { Row } from '../db/schema.ts'
import { deleteSpans, findSpans, insertSpans } from '../db/spans.ts'
import type { ChangeContext, Context } from '../src/core/context.ts'
import { spanOwner } from '../src/core/engine.ts'
import {
  autoCreate,
  billable,
  clientRef,
  confirm,
  cursor,
  descriptionField,
  entryRef,
  limit,
  memberRef,
  nextCursor,
  notes as notesField,
  periodFields,
  projectRef,
  search,
  tagsField,
  taskOrNone,
  taskRef,
} from '../src/core/fields.ts'
import { change, query } from '../src/core/operation.ts'
import { cut, defaultLimit, readCursor, writeCursor } from '../src/core/page.ts'
import { movedPlacement, placementFields, type PlacementInput, placementOf } from '../src/core/placement.ts'
import { flag, resolveClient, resolveMember, resolveOrMakeProject, resolveProject, resolveTask } from '../src/core/resolve.ts'
import { assertUnlocked, calendarOf, noted } from '../src/core/time.ts'
import { hours } from '../src/domain/duration.ts'
import { allActive, entry, type Entry } from '../src/domain/entry.ts'
import { AppError } from '../src/domain/error.ts'
import { toText } from '../src/domain/instant.ts'
import { foldName } from '../src/domain/name.ts'
import { periodShape, periodText, resolvePeriod } from '../src/domain/period.ts'
import { fullName } from '../src/domain/project.ts'
import { billableSeconds, type Tally } from '../src/domain/session.ts'
import { overlapsOf, overlapWarning } from './overlap.ts'

export const logTime = change({
  name: 'log_time',
  summary: 'Log finished time: start with end or duration, or date with duration (a day without a clock time).',
  scope: 'write',
  toolset: 'track',
  route: 'POST /entries',
  command: 'log <project> [duration] [description]',
  examples: ['log acme 1h30m "Design review"', 'log acme --start 09:00 --end 10:15', 'log acme 45m --date 2026-05-04'],
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
    const { db, member, now, principal, workspace } = context
    const notes: string[] = []
    const placement = placementOf(context, input, notes)
    assertUnlocked(context, placement.sort_at)
    const { created, project } = await resolveOrMakeProject(context, input.project, input)
    const task = input.task === undefined ? undefined : await resolveTask(context, input.task, project)
    const { description = '', tags = [] } = input
    const sum = allActive(placement.seconds)
    const terms = {
      billable: input.billable ?? project.billable === 1,
      bill_agent_time: project.bill_agent_time === 1,
    }
    const row: Row<'entries'> = {
      workspace_id: workspace.id,
      id: context.newId('ent'),
      member_id: member.id,
      project_id: project.id,
      task_id: task?.id ?? null,
      description,
      description_key: foldName(description),
      tags: JSON.stringify(tags),
      ...placement,
      ...sum,
      billable: flag(terms.billable),
      bill_agent_time: project.bill_agent_time,
      billable_seconds: billableSeconds(sum, terms),
      kind: 'manual',
      source: sourceOf(principal.door),
      session_id: null,
      host: null,
      host_session: null,
      fixed_at: now,
      invoice_id: null,
      version: 1,
      created_at: now,
      updated_at: now,
      deleted_at: null,
    }
    await insertEntry(db, row)
    await replaceTags(db, workspace.id, row.id, keyed(tags))
    await writeSpan(context, row)
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

export const keyed = (tags: readonly string[]) => tags.map(tag => ({ tag, tag_key: foldName(tag) }))

/** One active span of the whole, for an entry that has a place on the clock. */
async function writeSpan({ db }: ChangeContext, row: Row<'entries'>): Promise<void> {
  if (row.started_at === null || row.ended_at === null) return
  await insertSpans(db, spanOwner(row), [{ kind: 'active', start: row.started_at, end: row.ended_at }])
}

export async function storedEntry({ db, workspace }: Context, id: string): Promise<EntryRow> {
  const row = await findEntry(db, workspace.id, id)
  if (!row) throw entryNotFound(id)
  return row
}

const entryNotFound = (id: string): AppError =>
  new AppError('not_found', `No entry "${id.slice(0, 60)}".`, { hint: 'list_entries shows entries with their ids.' })

/** One that its member, or who manages, may change now. */
export async function ownEntry(context: Context, id: string, options: { deleted?: boolean } = {}): Promise<EntryRow> {
  const row = await storedEntry(context, id)
  const { id: me, role } = context.member
  if (row.member_id !== me && role !== 'owner' && role !== 'manager') {
    throw new AppError('forbidden_role', 'Members change their own entries only.')
  }
  if (row.deleted_at !== null && !options.deleted) {
    throw new AppError('not_found', 'This entry was deleted.', { hint: 'undo or restore takes it back.' })
  }
  if (row.invoice_id !== null) {
    throw new AppError('entry_invoiced', 'This entry is on an invoice.', { details: { invoice: row.invoice_id } })
  }
  assertUnlocked(context, row.sort_at)
  return row
}

export const getEntry = query({
  name: 'get_entry',
  summary: 'One entry with its spans.',
  scope: 'read',
  route: 'GET /entries/{entry}',
  command: 'entry show <entry>',
  input: z.strictObject({ entry: entryRef }),
  output: z.object({
    entry,
    spans: z.array(z.object({ kind: z.enum(['active', 'agent']), started_at: z.string(), ended_at: z.string() })),
  }),
  text: ({ entry }) => line(entry),

  async run(context, input) {
    const row = await storedEntry(context, input.entry)
    const spans = await findSpans(context.db, context.workspace.id, row.id)
    return {
      entry: entryOf(row),
      spans: spans.map(({ end, kind, start }) => ({ kind, started_at: toText(start), ended_at: toText(end) })),
    }
  },
})

export const listEntries = query({
  name: 'list_entries',
  summary: 'Finished time, newest first. Filter by period, project, client, task, member, tag, billable, invoiced or text.',
  scope: 'read',
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
    tag: z.string().max(50).describe('Tag').optional(),
    billable: z.boolean().describe('Only billable, or only not').optional(),
    invoiced: z.boolean().describe('Only on an invoice, or only not').optional(),
    search: search.optional(),
    sort: z
      .enum(['-started_at', 'started_at', '-created_at', 'created_at', '-seconds', 'seconds'])
      .describe('Default -started_at')
      .optional(),
    limit: limit.optional(),
    cursor: cursor.optional(),
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
          `${entries.length} entries, ${hours(entries.reduce((sum, one) => sum + one.seconds, 0))}${next_cursor ? '; there are more' : ''}.`,
        ],

  async run(context, input) {
    const { db, workspace } = context
    const { cursor: at, limit: wanted, sort: order = '-started_at', ...question } = input
    const period = resolvePeriod(input, calendarOf(context, input.time_zone), 'all_time')
    const filter = {
      // all time ends today, and so do all entries
      ...(period.from !== null && { from: period.from }),
      ...(period.token !== 'all_time' && { to: period.to }),
      ...(await namesOf(context, input)),
      billable: input.billable,
      invoiced: input.invoiced,
      tag_key: input.tag === undefined ? undefined : foldName(input.tag),
      search_key: input.search === undefined ? undefined : foldName(input.search),
    }
    const bound = { ...question, order }
    const after = readCursor(bound, at)
    const sort = sorts[order.replace('-', '') as keyof typeof sorts]
    const size = wanted ?? defaultLimit
    const rows = await findEntries(db, workspace.id, filter, {
      sort,
      descending: order.startsWith('-'),
      after: after && { value: Number(after.value), id: after.id },
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

const sorts = { started_at: 'sort_at', created_at: 'created_at', seconds: 'seconds' } as const

interface Names {
  project?: string | undefined
  client?: string | undefined
  task?: string | undefined
  member?: string | undefined
}

/** The ids of what a filter names. */
export async function namesOf(context: Context, input: Names): Promise<Names> {
  const project = input.project === undefined ? undefined : await resolveProject(context, input.project)
  const client = input.client === undefined ? undefined : await resolveClient(context, input.client)
  const task = input.task === undefined ? undefined : await resolveTask(context, input.task, project)
  const member = input.member === undefined ? undefined : await resolveMember(context, input.member)
  return { project: project?.id, client: client?.id, task: task?.id, member: member?.id }
}

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
    version: z.int().min(1).describe('Refuse if it changed since').optional(),
  }),
  output: z.object({ entry, overlaps: overlapWarning.optional(), notes: notesField }),
  text: ({ entry, notes, overlaps }) =>
    [`Changed: ${line(entry)}`, overlaps ? `It overlaps ${overlaps.count} of your entries.` : '', ...(notes ?? [])]
      .filter(part => part !== '')
      .join(' '),

  async run(context, input) {
    const before = await ownEntry(context, input.entry)
    assertVersion(before, input.version)
    const notes: string[] = []
    const set = await edited(context, before, input, notes)
    await updateEntry(context.db, context.workspace.id, before.id, {
      ...set,
      fixed_at: context.now,
      version: before.version + 1,
      updated_at: context.now,
    })
    if (input.tags) await replaceTags(context.db, context.workspace.id, before.id, keyed(input.tags))
    const after = await storedEntry(context, before.id)
    const placed = [input.start, input.end, input.duration, input.date].some(one => one !== undefined)
    const spans = placed ? await findSpans(context.db, context.workspace.id, before.id) : undefined
    if (placed) {
      await deleteSpans(context.db, context.workspace.id, before.id)
      await writeSpan(context, after)
    }
    context.emit({ type: 'entry.updated', subject: before.id, before: { ...before, ...(spans && { spans }) }, after })
    const overlaps = placed ? await overlapsOf(context, after) : undefined
    return { entry: entryOf(after), ...(overlaps && { overlaps }), ...noted(notes) }
  },
})

export function assertVersion(row: { version: number }, expected: number | undefined): void {
  if (expected === undefined || expected === row.version) return
  throw new AppError('version_mismatch', `It is at version ${row.version} by now, not ${expected}.`, {
    details: { version: row.version },
    hint: 'Read it again and decide anew.',
  })
}

interface EntryEdit extends PlacementInput {
  project?: string | undefined
  task?: string | undefined
  description?: string | undefined
  tags?: string[] | undefined
  billable?: boolean | undefined
}

async function edited(context: ChangeContext, before: EntryRow, input: EntryEdit, notes: string[]) {
  const project = input.project === undefined ? undefined : await resolveProject(context, input.project)
  const moved = project !== undefined && project.id !== before.project_id
  const within = { id: project?.id ?? before.project_id, name: project?.name ?? before.project_name }
  const task = input.task === undefined || input.task === '' ? undefined : await resolveTask(context, input.task, within)
  if (moved && before.task_id !== null && input.task === undefined) {
    notes.push('Its task belonged to the other project and was taken off.')
  }
  const placement = movedPlacement(context, before, input, notes)
  const sum: Tally = placement ? allActive(placement.seconds) : before
  const terms = {
    billable: input.billable ?? (moved ? project.billable : before.billable) === 1,
    bill_agent_time: (moved ? project.bill_agent_time : before.bill_agent_time) === 1,
  }
  return {
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

export const deleteEntry = change({
  name: 'delete_entry',
  summary: 'Delete an entry; undo takes it back.',
  scope: 'write',
  toolset: 'track',
  destructive: true,
  route: 'DELETE /entries/{entry}',
  command: 'entry delete <entry>',
  input: z.strictObject({ entry: entryRef, confirm: confirm.optional() }),
  output: z.object({ entry }),
  text: ({ entry }) => `Deleted: ${line(entry)} undo takes it back.`,
  question: ({ entry }) => `Delete entry ${entry}?`,

  async run(context, input) {
    const before = await ownEntry(context, input.entry)
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
  input: z.strictObject({ entry: entryRef }),
  output: z.object({ entry }),
  text: ({ entry }) => `Restored: ${line(entry)}`,

  async run(context, input) {
    const before = await ownEntry(context, input.entry, { deleted: true })
    if (before.deleted_at === null) return { entry: entryOf(before) }
    return { entry: entryOf(await setDeleted(context, before, null)) }
  },
})

async function setDeleted(context: ChangeContext, before: EntryRow, deleted_at: number | null): Promise<EntryRow> {
  const set = { deleted_at, fixed_at: context.now, version: before.version + 1, updated_at: context.now }
  await updateEntry(context.db, context.workspace.id, before.id, set)
  const after = { ...before, ...set }
  const type = deleted_at === null ? 'entry.restored' : 'entry.deleted'
  context.emit({ type, subject: before.id, before, after })
  return after
}

export function entryOf(row: EntryRow): Entry {
  return {
    id: row.id,
    member: { id: row.member_id, name: row.member_name },
    project: { id: row.project_id, name: row.project_name },
    ...(row.client_id !== null && row.client_name !== null && { client: { id: row.client_id, name: row.client_name } }),
    ...(row.task_id !== null && row.task_name !== null && { task: { id: row.task_id, name: row.task_name } }),
    description: row.description,
    // written by us from a list of strings
    tags: row.tags === '[]' ? [] : (JSON.parse(row.tags) as string[]),
    ...(row.started_at !== null && { started_at: toText(row.started_at) }),
    ...(row.ended_at !== null && { ended_at: toText(row.ended_at) }),
    date: row.date,
    seconds: row.seconds,
    active_seconds: row.active_seconds,
    agent_seconds: row.agent_seconds,
    idle_seconds: row.idle_seconds,
    billable: row.billable === 1,
    billable_seconds: row.billable_seconds,
    kind: row.kind,
    source: row.source,
    ...(row.host !== null &&
      row.host_session !== null &&
      row.host_session !== row.session_id && { assistant: { host: row.host, host_session: row.host_session } }),
    ...(row.session_id !== null && { session_id: row.session_id }),
    version: row.version,
    created_at: toText(row.created_at),
    updated_at: toText(row.updated_at),
    ...(row.deleted_at !== null && { deleted_at: toText(row.deleted_at) }),
  }
}

export const nameOf = (of: Pick<Entry, 'project' | 'client'>): string =>
  fullName({ name: of.project.name, client: of.client })

export const line = (of: Entry): string =>
  `${nameOf(of)}, ${of.date}, ${hours(of.seconds)}${of.description ? `, ${JSON.stringify(of.description)}` : ''} (${of.id}).`

const entryCells = (zone: string) => {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' })
  const clock = (text: string | undefined): string => (text === undefined ? '' : time.format(Date.parse(text)))
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
