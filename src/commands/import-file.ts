import { resolve } from 'node:path'
import { importEntries, type NewRow } from '../../tools/import.ts'
import type { Answer } from '../cli/command.ts'
import { unconfirmed } from '../cli/operate.ts'
import type { Terminal } from '../cli/terminal.ts'
import type { App } from '../core/app.ts'
import { call } from '../core/call.ts'
import { type Context, contextOf, type Principal } from '../core/context.ts'
import type { OutputOf } from '../core/operation.ts'
import { resolveAnyProject } from '../core/resolve.ts'
import { zoneOf } from '../core/time.ts'
import { toText } from '../domain/instant.ts'
import type { DateOrder } from '../imports/date.ts'
import type { Format, SourceProgram } from '../imports/format.ts'
import { type ImportRow, isProblem, type Problem } from '../imports/row.ts'
import type { Totals } from '../imports/totals.ts'
import { actingMember } from './acting.ts'
import { addAgreed } from './import.ts'
import { fileDone, filePage } from './import-file-page.ts'
import { membersMeant } from './import-members.ts'
import {
  assertReadable,
  isDocument,
  keep,
  type Lines,
  payerOf,
  readOf,
  type Source,
  surveyed,
} from './import-source.ts'
import { type Difference, Worth } from './import-worth.ts'
import type { Program } from './index.ts'

export interface FileWanted {
  file: string
  from?: SourceProgram | undefined
  zone?: string | undefined
  date_order?: DateOrder | undefined
  currency?: string | undefined
  project?: string | undefined
  members?: readonly string[] | undefined
  dry_run?: boolean | undefined
  yes: boolean
}

/** Makes entries of a file that another program wrote. */
export async function importFile(program: Program, wanted: FileWanted): Promise<Answer> {
  const { app, terminal } = program
  const { dry_run = false, yes } = wanted
  const path = resolve(terminal.directory, wanted.file)
  assertReadable(path)
  if (!yes && !dry_run && !terminal.interactive)
    throw unconfirmed(`Add the time in ${path}? --dry-run shows it.`)
  if (isDocument(path))
    return (await import('./import-everything.ts')).importEverything(program, { ...wanted, file: path })
  const principal = await actingMember({ app, terminal })
  const store = await app.store()
  const inContext = <T>(ask: (context: Context) => Promise<T>): Promise<T> =>
    store.read(async db => ask(await contextOf(app, principal, db)))

  const zone = await inContext(async ({ workspace }) => zoneOf(workspace, wanted.zone))
  const source = await surveyed(app, terminal, path, { ...wanted, zone })
  const plan = await inContext(context => planned(context, source, wanted))
  const { outcome, page } = await addAgreed(program, wanted, {
    add: to => addAll(to, principal, plan, terminal),
    isNothing: ({ added }) => added === 0,
    shown: (outcome, isRehearsal) => filePage(outcome, isRehearsal),
    done: fileDone,
  })
  return { output: { import: { dry_run, file: path, ...outcome } }, page }
}

/** Whose time it is, and where that goes which says nothing of it. */
interface Plan extends Source {
  memberIds: Map<string, string>
  project: string | undefined
}

async function planned(
  context: Context,
  source: Source,
  { members = [], project }: FileWanted,
): Promise<Plan> {
  const fallback = project === undefined ? undefined : await resolveAnyProject(context, project)
  const memberIds = await membersMeant(context, source.members, members)
  return { ...source, memberIds, project: fallback?.id }
}

/** What was, or would be, added. */
export interface FileOutcome {
  program: SourceProgram
  time_zone: string
  /** What all rows of the file come to, as it says itself. */
  in_file: Totals
  added: number
  known: number
  invoiced: number
  overlapping: number
  made: OutputOf<typeof importEntries>['made']
  differences: Difference[]
  /** Rows that were left out, and rows that were not taken as they stand. */
  problems: Lines
  notes: Lines
  /** How many changes it took: each is taken back by itself. */
  changes: number
}

async function addAll(app: App, principal: Principal, plan: Plan, terminal: Terminal): Promise<FileOutcome> {
  const { format, in_file, project, reading } = plan
  const outcome: Omit<FileOutcome, 'differences'> = {
    program: format.program,
    time_zone: reading.zone,
    in_file,
    added: 0,
    known: 0,
    invoiced: 0,
    overlapping: 0,
    made: { clients: [], projects: [], tasks: 0 },
    problems: copyOf(plan.problems),
    notes: copyOf(plan.notes),
    changes: 0,
  }
  const worth = new Worth()
  for await (const batch of batches(readOf(app, terminal, plan, 'Adding'))) {
    const answer = await call(app, principal, importEntries, {
      program: format.program,
      rows: batch.map(row => newRow(row, plan)),
      without_clients: !knowsClients(format),
      ...(project !== undefined && { project }),
    })
    worth.add(batch, answer)
    addUp(outcome, answer)
  }
  return { ...outcome, differences: worth.differences() }
}

const copyOf = ({ count, first }: Lines): Lines => ({ count, first: [...first] })

const knowsClients = ({ layout }: Format): boolean =>
  layout.kind === 'csv' ? layout.columns.at.client !== undefined : layout.keys.client !== undefined

function addUp(outcome: Omit<FileOutcome, 'differences'>, answer: OutputOf<typeof importEntries>): void {
  outcome.added += answer.entries.length
  outcome.known += answer.known
  outcome.invoiced += answer.invoiced
  outcome.overlapping += answer.overlapping
  outcome.made.clients.push(...answer.made.clients)
  outcome.made.projects.push(...answer.made.projects)
  outcome.made.tasks += answer.made.tasks
  for (const one of answer.problems) keep(outcome.problems, one)
  for (const one of answer.warnings) keep(outcome.notes, one)
  if (answer.entries.length > 0) outcome.changes++
}

/** So many events of one call can be taken back at once. A row makes one, and one for each thing that is made for it. */
const mostAtOnce = 900

async function* batches(all: AsyncIterable<ImportRow | Problem>): AsyncGenerator<ImportRow[]> {
  const places = new Set<string>()
  let batch: ImportRow[] = []
  let before = 0
  for await (const row of all) {
    if (isProblem(row)) continue
    batch.push(row)
    for (const place of placesOf(row)) places.add(JSON.stringify(place))
    if (batch.length + places.size - before < mostAtOnce) continue
    yield batch
    batch = []
    before = places.size
  }
  if (batch.length > 0) yield batch
}

const placesOf = ({ client = '', project, task = '' }: ImportRow): string[][] => [
  [client],
  [client, project],
  [client, project, task],
]

function newRow(row: ImportRow, { currencies, format, memberIds }: Plan): NewRow {
  const {
    amount: _amount,
    date,
    ended_at,
    member,
    note: _note,
    project,
    rate,
    started_at,
    source_key,
    ...same
  } = row
  const currency = rate?.currency ?? currencies.get(payerOf(row))
  const id = member && memberIds.get(member.name)
  return {
    ...same,
    source_key: format.program === 'stint' ? ownKey(source_key) : source_key,
    ...(id !== undefined && { member: id }),
    ...(project !== '' && { project }),
    ...(started_at !== undefined && ended_at !== undefined
      ? { started_at: toText(started_at), ended_at: toText(ended_at) }
      : { date }),
    ...(rate && { rate: rate.amount }),
    ...(currency !== undefined && { currency }),
  }
}

/** Time that was exported from here is still here: its id says so. */
const ownKey = (key: string): string => /"(ent_\w+)"\]$/.exec(key)?.[1] ?? key
