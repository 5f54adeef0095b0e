import * as z from 'zod'
import type { EntryRow } from '../db/entries.ts'
import { findEntryIds, findImported, insertImported } from '../db/imports.ts'
import { findOverlapping } from '../db/spans.ts'
import { findMembers } from '../db/workspaces.ts'
import type { Context } from '../src/core/context.ts'
import { digest } from '../src/core/digest.ts'
import { projectRef } from '../src/core/fields.ts'
import { Places } from '../src/core/import-place.ts'
import { type ImportedRow, importedRow, placeOfImported, writeImported } from '../src/core/imported.ts'
import { change, type InputOf } from '../src/core/operation.ts'
import type { Placed } from '../src/core/placement.ts'
import { priceOf } from '../src/core/price.ts'
import { resolveAnyProject } from '../src/core/resolve.ts'
import { AppError } from '../src/domain/error.ts'
import { isId } from '../src/domain/id.ts'
import { type Amount, amountOut } from '../src/domain/money.ts'
import { foldName } from '../src/domain/name.ts'
import type { Reference } from '../src/domain/reference.ts'

const told = z.object({ line: z.int(), message: z.string() })
export type Told = z.infer<typeof told>

const addition = z.object({
  row: z.int().describe('Which of the rows, from 0'),
  id: z.string(),
  amount: amountOut().optional().describe('None: the rate is unknown'),
  currency: z.string().optional(),
})

export const importEntries = change({
  name: 'import_entries',
  summary:
    'Add time that another program kept, with its rates and what was billed. What is known is left out.',
  scope: 'write',
  role: 'manager',
  toolset: 'admin',
  idempotent: true,
  route: 'POST /imports',
  command: 'entry import <rows>',
  examples: [
    `entry import '[{"line": 1, "source_key": "a1", "project": "website", "date": "2026-05-04", "seconds": 3600}]' --program paper`,
  ],
  input: z.strictObject({
    program: z.string().min(1).max(40).describe('Where they come from'),
    rows: z
      .array(importedRow)
      .min(1)
      .max(1000)
      .describe('Up to 1000: line, source_key, project, started_at, ended_at, seconds …'),
    project: projectRef.optional().describe('For rows that name none'),
    without_clients: z.boolean().optional().describe('true: it knows none; projects by name alone'),
  }),
  output: z.object({
    entries: z.array(addition).describe('What was added'),
    known: z.int().describe('How many were there already'),
    invoiced: z.int().describe('How many of the added were billed elsewhere'),
    overlapping: z.int().describe('How many of the added share time with another entry of their member'),
    made: z.object({ clients: z.array(z.string()), projects: z.array(z.string()), tasks: z.int() }),
    problems: z.array(told).describe('Rows that were left out'),
    warnings: z.array(told).describe('Rows that were not taken as they stand'),
  }),
  text: ({ entries, known, problems }) =>
    `Added ${entries.length} entries; ${known} were known, ${problems.length} were left out.`,

  async run(context, { program, project, rows, without_clients }) {
    const fallback = project === undefined ? undefined : await resolveAnyProject(context, project)
    const places = new Places(context, { fallback, without_clients })
    const members = await membersOf(context, rows)
    const known = await knownOf(context, program, rows)
    const answer: Answer = { entries: [], known: 0, invoiced: 0, overlapping: 0, problems: [], warnings: [] }
    for (const [at, row] of rows.entries()) {
      const source_key = keyOf(program, row)
      if (known.has(source_key) || known.has(row.source_key)) {
        answer.known++
        continue
      }
      const placed = placedOr(context, row)
      if ('message' in placed) {
        answer.problems.push(placed)
        continue
      }
      const of = { member: members.get(row.member ?? '') ?? context.member, ...(await places.of(row)) }
      const { entry, warning } = await writeImported(context, row, placed, of)
      await insertImported(context.db, { workspace_id: entry.workspace_id, source_key, entry_id: entry.id })
      known.add(source_key)
      answer.entries.push({ row: at, id: entry.id, ...worthOf(entry) })
      if (entry.invoice_id !== null) answer.invoiced++
      if (await sharesTime(context, entry)) answer.overlapping++
      if (warning) answer.warnings.push({ line: row.line, message: warning })
    }
    return { ...answer, made: places.made }
  },
})

interface Answer {
  entries: z.infer<typeof addition>[]
  known: number
  invoiced: number
  overlapping: number
  problems: Told[]
  warnings: Told[]
}

export type NewRow = InputOf<typeof importEntries>['rows'][number]

async function membersOf(
  context: Context,
  rows: readonly ImportedRow[],
): Promise<ReadonlyMap<string, Reference>> {
  const names = rows.flatMap(row => (row.member === undefined ? [] : [row.member]))
  const { found, members, unknown } = await membersNamed(context, names)
  if (unknown.length === 0) return found
  throw new AppError('not_found', `No member ${unknown.map(one => JSON.stringify(one)).join(', ')}.`, {
    details: { unknown, members },
    hint: `The members are ${members.join(', ')}.`,
  })
}

/** By their whole names or ids: nobody gets the time of somebody whose name is only like theirs. */
export async function membersNamed({ db, workspace }: Context, names: readonly string[]) {
  const members = await findMembers(db, workspace.id)
  const found = new Map<string, Reference>()
  const unknown: string[] = []
  for (const name of new Set(names)) {
    const member = members.find(one => one.id === name || one.name_key === foldName(name))
    if (member) found.set(name, member)
    else unknown.push(name)
  }
  return { found, unknown, members: members.map(one => one.name) }
}

const keyOf = (program: string, { source_key }: ImportedRow): string =>
  digest(JSON.stringify([program, source_key]))

/** By their keys; what was exported here is known by the ids of its entries. */
async function knownOf(
  { db, workspace }: Context,
  program: string,
  rows: readonly ImportedRow[],
): Promise<Set<string>> {
  const keys = rows.map(row => keyOf(program, row))
  const known = await findImported(db, workspace.id, keys)
  const ids = rows.map(row => row.source_key).filter(key => isId(key, 'ent'))
  const own = ids.length === 0 ? [] : await findEntryIds(db, workspace.id, ids)
  return new Set([...known, ...own])
}

/** A row that cannot be taken is told, and does not stop the others. */
function placedOr(context: Context, row: ImportedRow): Placed | Told {
  try {
    return placeOfImported(context, row)
  } catch (error) {
    if (error instanceof AppError) return { line: row.line, message: error.message }
    throw error
  }
}

function worthOf(entry: EntryRow): Partial<Amount> {
  const { amount, currency } = { amount: undefined, currency: undefined, ...priceOf(entry, entry) }
  return amount === undefined || currency === undefined ? {} : { amount, currency }
}

async function sharesTime({ db, workspace }: Context, entry: EntryRow): Promise<boolean> {
  if (entry.started_at === null || entry.ended_at === null) return false
  const of = { entry: entry.id, start: entry.started_at, end: entry.ended_at }
  return (await findOverlapping(db, workspace.id, entry.member_id, of)).length > 0
}
