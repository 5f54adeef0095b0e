import { createReadStream } from 'node:fs'
import type * as z from 'zod'
import { importEntries, type Told } from '../../tools/import.ts'
import { importWorkspace } from '../../tools/import-workspace.ts'
import { listProjects } from '../../tools/project.ts'
import { updateSettings } from '../../tools/settings.ts'
import type { Answer } from '../cli/command.ts'
import type { App } from '../core/app.ts'
import { call } from '../core/call.ts'
import { contextOf, type Principal } from '../core/context.ts'
import type { InputOf, OutputOf } from '../core/operation.ts'
import { assertManager } from '../core/role.ts'
import { AppError } from '../domain/error.ts'
import type { Settings } from '../domain/settings.ts'
import { type Part, partsOf, valueIn } from '../imports/document.ts'
import { decoded } from '../imports/encoding.ts'
import {
  documentVersion,
  head,
  things,
  type WholeClient,
  type WholeProject,
  type WholeRate,
  type WholeTask,
  wholeEntry,
} from '../imports/stint.ts'
import { actingMember } from './acting.ts'
import { addAgreed } from './import.ts'
import { everythingDone, everythingPage } from './import-everything-page.ts'
import {
  type Books,
  clientRow,
  entryRow,
  expenseRow,
  projectRow,
  rateRow,
  settingsOf,
  taskRow,
} from './import-everything-rows.ts'
import type { FileWanted } from './import-file.ts'
import { membersMeant } from './import-members.ts'
import { keep, type Lines, noLines } from './import-source.ts'
import type { Program } from './index.ts'
import { assertHere } from './logged-in.ts'

/** Brings back what `export everything` wrote. */
export async function importEverything(
  program: Program,
  { dry_run = false, file, members, yes }: FileWanted,
): Promise<Answer> {
  const { app, terminal } = program
  assertHere(app)
  const principal = await actingMember({ app, terminal })
  const found = await surveyed(file)
  const store = await app.store()
  const memberIds = await store.read(async db => {
    const context = await contextOf(app, principal, db)
    assertManager(context, 'Importing everything')
    return membersMeant(context, found.members, members)
  })
  const plan = { ...found, memberIds, isFirst: await isEmpty(app, principal) }
  const { outcome, page } = await addAgreed(
    program,
    { dry_run, yes },
    {
      add: to => addAll(to, principal, plan),
      isNothing: ({ made }) => Object.values(made).every(count => count === 0),
      shown: everythingPage,
      done: everythingDone,
    },
  )
  return { output: { import: { dry_run, file, ...outcome } }, page }
}

/** Where nothing is yet, the settings come along; elsewhere they are somebody's choice. */
async function isEmpty(app: App, principal: Principal): Promise<boolean> {
  for (const archived of [false, true])
    if ((await call(app, principal, listProjects, { archived, limit: 1 })).projects.length > 0) return false
  return true
}

/** All of it but its expenses and entries, which may be many. */
interface Found {
  file: string
  workspace: string
  settings: Settings | undefined
  clients: WholeClient[]
  projects: Map<string, WholeProject>
  tasks: Map<string, WholeTask>
  rates: WholeRate[]
  /** Whoever time, money or tasks are of. */
  members: Set<string>
  in_file: Counts
  entry_seconds: number
  invoices: number
  problems: Lines
}

interface Plan extends Found {
  memberIds: ReadonlyMap<string, string>
  isFirst: boolean
}

export type Counts = OutputOf<typeof importWorkspace>['made'] & { entries: number }
const none: Counts = { clients: 0, projects: 0, tasks: 0, rates: 0, expenses: 0, entries: 0 }

const partsIn = (file: string): AsyncGenerator<Part> => partsOf(decoded(createReadStream(file)))

/** Read through before anything is written. */
async function surveyed(file: string): Promise<Found> {
  const found: Found = {
    file,
    workspace: '',
    settings: undefined,
    clients: [],
    projects: new Map(),
    tasks: new Map(),
    rates: [],
    members: new Set(),
    in_file: { ...none },
    entry_seconds: 0,
    invoices: 0,
    problems: noLines(),
  }
  let version: unknown
  for await (const part of partsIn(file)) {
    if (part.key === 'stint') version = valueIn(part)
    else if (version === documentVersion) learn(found, part)
    else break
  }
  if (version === documentVersion) return found
  throw new AppError(
    'validation_error',
    typeof version === 'number' ? 'A newer stint wrote this file.' : 'This is no document that stint wrote.',
    {
      hint:
        typeof version === 'number'
          ? 'Update this one.'
          : '`stint export everything` writes one; other files are CSV, or a list in JSON.',
    },
  )
}

function learn(found: Found, part: Part): void {
  const { in_file, members, problems } = found
  const as = <T extends z.ZodType>(shape: T): z.output<T> | undefined => read(shape, part, problems)
  if (part.key === 'workspace') found.workspace = as(head.workspace)?.name ?? ''
  if (part.key === 'settings') found.settings = as(head.settings)
  if (part.key === 'invoices') found.invoices++
  if (isCounted(part.key)) in_file[part.key]++
  if (part.key === 'clients') found.clients.push(...listed(as(things.clients)))
  if (part.key === 'projects') for (const one of listed(as(things.projects))) found.projects.set(one.id, one)
  if (part.key === 'tasks')
    for (const one of listed(as(things.tasks))) {
      found.tasks.set(one.id, one)
      if (one.assignee) members.add(one.assignee.name)
    }
  if (part.key === 'rates')
    for (const one of listed(as(things.rates))) {
      found.rates.push(one)
      if (one.level === 'member') members.add(one.owner.name)
    }
  if (part.key === 'expenses') for (const one of listed(as(things.expenses))) members.add(one.member.name)
  if (part.key === 'entries')
    for (const one of listed(as(wholeEntry))) {
      members.add(one.member.name)
      found.entry_seconds += one.seconds
    }
}

const isCounted = (key: string): key is keyof Counts => Object.hasOwn(none, key)
const listed = <T>(one: T | undefined): T[] => (one === undefined ? [] : [one])

/** What cannot be read is told, and keeps nothing else out. */
function read<T extends z.ZodType>(shape: T, part: Part, problems?: Lines): z.output<T> | undefined {
  const { data, error } = shape.safeParse(valueIn(part))
  if (error && problems) keep(problems, problemOf(part, error))
  return data
}

const problemOf = ({ key, line }: Part, { issues }: z.ZodError): Told => ({
  line,
  message: `${key}: ${issues.map(one => `${one.path.join('.')}: ${one.message}`).join('; ')}`,
})

/** What was, or would be, brought back. */
export interface EverythingOutcome {
  program: 'stint'
  workspace: string
  in_file: Counts
  entry_seconds: number
  made: Counts
  known: Counts
  /** Whether they were taken over. */
  settings: boolean
  /** That were sent or drafted where the file comes from; they stay there. */
  invoices: number
  /** Entries whose invoice was sent there: they are on no invoice here. */
  invoiced: number
  problems: Lines
}

/** So few at once that each change can be taken back. */
const booksAtOnce = 250
const entriesAtOnce = 800

async function addAll(app: App, principal: Principal, plan: Plan): Promise<EverythingOutcome> {
  const { entry_seconds, in_file, invoices, isFirst, settings, workspace } = plan
  const outcome: EverythingOutcome = {
    program: 'stint',
    workspace,
    in_file,
    entry_seconds,
    made: { ...none },
    known: { ...none },
    settings: isFirst && settings !== undefined,
    invoices,
    invoiced: 0,
    problems: { ...plan.problems, first: [...plan.problems.first] },
  }
  const set = (said: InputOf<typeof updateSettings>) => call(app, principal, updateSettings, said)
  const add = async (books: Books): Promise<void> => {
    const { known, made } = await call(app, principal, importWorkspace, books)
    count(outcome, made, known)
  }
  if (isFirst && settings) await set(settingsOf(settings))
  for (const clients of chunks(plan.clients.map(clientRow), booksAtOnce)) await add({ clients })
  for (const projects of chunks([...plan.projects.values()].map(projectRow), booksAtOnce))
    await add({ projects })
  const tasks = [...plan.tasks.values()].map(one => taskRow(one, plan))
  for (const some of chunks(tasks, booksAtOnce)) await add({ tasks: some })
  for (const rates of chunks(
    plan.rates.map(one => rateRow(one, plan)),
    booksAtOnce,
  ))
    await add({ rates })
  for await (const expenses of batches(plan, 'expenses', things.expenses, booksAtOnce))
    await add({ expenses: expenses.map(({ thing }) => expenseRow(thing, plan)) })
  for await (const entries of batches(plan, 'entries', wholeEntry, entriesAtOnce)) {
    const rows = entries.map(({ line, thing }) => entryRow(thing, line, plan))
    const answer = await call(app, principal, importEntries, { program: 'stint', rows })
    count(outcome, { entries: answer.entries.length }, { entries: answer.known })
    outcome.invoiced += answer.invoiced
    for (const one of answer.problems) keep(outcome.problems, one)
  }
  // last, since nothing is written before it
  if (isFirst && settings?.locked_until !== undefined) await set({ locked_until: settings.locked_until })
  return outcome
}

function count({ known, made }: EverythingOutcome, more: Partial<Counts>, before: Partial<Counts>): void {
  // the names are those of the counts
  for (const name of Object.keys(none) as (keyof Counts)[]) {
    made[name] += more[name] ?? 0
    known[name] += before[name] ?? 0
  }
}

function* chunks<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size)
}

async function* batches<T extends z.ZodType>(
  { file }: Plan,
  key: string,
  shape: T,
  size: number,
): AsyncGenerator<{ line: number; thing: z.output<T> }[]> {
  let batch: { line: number; thing: z.output<T> }[] = []
  for await (const part of partsIn(file)) {
    const thing = part.key === key ? read(shape, part) : undefined
    if (thing === undefined) continue
    batch.push({ line: part.line, thing })
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
