import { expect, test } from 'vitest'
import { entriesAsJson, entriesAsRows } from '../../db/export.ts'
import { csvLine } from '../../src/domain/csv.ts'
import { workspace } from '../support/workspace.ts'
import { read } from './given.ts'

test('what `stint export` writes is read back, as CSV and as JSON', async () => {
  const { call, principal, store } = await workspace({ now: '2026-05-20T18:00' })
  await call('save_client', { name: 'Globex' })
  await call('create_project', { name: 'Shop', client: 'Globex' })
  const log = {
    project: 'Shop',
    start: '09:00',
    end: '10:30',
    description: 'say "hi"\nagain',
    tags: ['ui', 'a;b'],
  }
  await call('log_time', log)
  await call('log_time', { project: 'Shop', date: '2026-05-19', duration: '45m' })
  const { csv, json } = await store.read(async db => ({
    csv: [...entriesAsRows(db, principal.workspace_id, {})].map(csvLine).join(''),
    json: [...entriesAsJson(db, principal.workspace_id, {})].map(piece => Buffer.from(piece).toString()),
  }))
  const [table, list] = [await read(csv), await read(`[\n${json.join(',\n')}\n]\n`)]
  expect(table.problems).toEqual([])
  expect(table.rows).toMatchObject([
    { date: '2026-05-19', seconds: 2700, client: 'Globex', project: 'Shop', billable: true },
    {
      seconds: 5400,
      description: log.description,
      tags: log.tags,
      ended_at: Date.parse('2026-05-20T08:30:00Z'),
    },
  ])
  const withoutLines = ({ rows }: typeof table) => rows.map(row => ({ ...row, line: 0 }))
  expect(withoutLines(list)).toEqual(withoutLines(table))
})
