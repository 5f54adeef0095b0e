import { entriesAsJson, entriesAsRows } from '../../db/export.ts'
import { contextOf } from '../core/context.ts'
import { type ExportWanted, exportOf } from '../core/export.ts'
import { reconcile } from '../core/reconcile.ts'
import { csvLine } from '../domain/csv.ts'
import { actingMember } from './acting.ts'
import type { Program } from './index.ts'

/** Written piece by piece while it is read, as much as there is. */
export async function exportEntries(
  { app, terminal }: Program,
  { format, ...wanted }: ExportWanted & { format?: 'json' | 'csv' | undefined },
): Promise<undefined> {
  // JSON of all entries no server gives away
  if (app.remote && format === 'csv') {
    terminal.print(await app.remote.entries(wanted))
    return undefined
  }
  const principal = await actingMember({ app, terminal })
  const store = await app.store()
  await reconcile(app, store, principal)
  await store.read(async db => {
    const context = await contextOf(app, principal, db)
    const { filter, shown } = await exportOf(context, wanted)
    const { id } = context.workspace
    if (format === 'csv') writeCsv(entriesAsRows(db, id, filter, shown), terminal.print)
    else writeJson(entriesAsJson(db, id, filter, shown), terminal.print)
  })
  return undefined
}

type Print = (text: string | Uint8Array) => void

function writeJson(pieces: Iterable<Uint8Array>, print: Print): void {
  let before = '[\n'
  for (const piece of pieces) {
    print(before)
    print(piece)
    before = ',\n'
  }
  print(before === '[\n' ? '[]\n' : '\n]\n')
}

const linesAtOnce = 1000

function writeCsv(rows: Iterable<readonly (string | number | null)[]>, print: Print): void {
  let lines: string[] = []
  for (const row of rows) {
    lines.push(csvLine(row))
    if (lines.length < linesAtOnce) continue
    print(lines.join(''))
    lines = []
  }
  print(lines.join(''))
}
