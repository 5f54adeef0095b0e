import * as z from 'zod'
import { type Cell, entriesAsRows } from '../../db/export.ts'
import type { Store } from '../../db/store.ts'
import type { App } from '../core/app.ts'
import { contextOf, type Principal } from '../core/context.ts'
import { exportOf } from '../core/export.ts'
import { clientRef, memberRef, periodFields, projectRef, search, tag, taskRef } from '../core/fields.ts'
import { reconcile } from '../core/reconcile.ts'
import { csvLine } from '../domain/csv.ts'
import { queryOf } from './query.ts'

export const exportFields = z.strictObject({
  ...periodFields,
  project: projectRef.optional(),
  client: clientRef.optional(),
  task: taskRef.optional(),
  member: memberRef.optional(),
  tag: tag.optional(),
  billable: z.boolean().optional().describe('Only billable, or only not'),
  invoiced: z.boolean().optional().describe('Only on an invoice, or only not'),
  search: search.optional(),
})

/** All entries of a period, however many: read piece by piece, as fast as they are taken. */
export async function exportCsv(app: App, principal: Principal, query: URLSearchParams): Promise<Response> {
  const wanted = queryOf(exportFields, query)
  const store = await app.store()
  await reconcile(app, store, principal)
  const rows = await store.read(async db => {
    const context = await contextOf(app, principal, db)
    const { filter, shown } = await exportOf(context, wanted)
    return entriesAsRows(db, context.workspace.id, filter, shown)
  })
  return new Response(streamOf(app, store, rows), {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="entries.csv"',
      'cache-control': 'no-store',
    },
  })
}

const linesAtOnce = 1000

/** Between two pieces others have their turn: a slow reader holds up nobody. */
function streamOf(app: App, store: Store, rows: Generator<Cell[]>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let isLeft = false
  return new ReadableStream({
    async pull(controller) {
      try {
        const lines = await store.read(async () => take(rows))
        if (isLeft) return
        if (lines.length > 0) controller.enqueue(encoder.encode(lines.join('')))
        if (lines.length < linesAtOnce) controller.close()
      } catch (error) {
        app.log('An export broke off', error)
        throw error
      }
    },
    cancel() {
      isLeft = true
      rows.return(undefined)
    },
  })
}

/** Rows are looked up while they are taken, so only within a read. */
function take(rows: Generator<Cell[]>): string[] {
  const lines: string[] = []
  while (lines.length < linesAtOnce) {
    const next = rows.next()
    if (next.done) break
    lines.push(csvLine(next.value))
  }
  return lines
}
