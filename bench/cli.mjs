import { join } from 'node:path'
import { homeWith, projectName, stintIn } from './database.mjs'
import { environment, floors, processTime, program, rounds } from './measure.mjs'
import { compared } from './table.mjs'

/** `stint status`, the whole process, beside the least that Node and better-sqlite3 can do. */
export async function run({ quick }) {
  const home = homeWith(100_000)
  stintIn(home, 'start', projectName(0))
  const env = environment({ STINT_HOME: home })
  const samples = await rounds(quick ? 9 : 41, {
    stint: () => processTime(process.execPath, [program, 'status'], { env }),
    bare: () => processTime(process.execPath, [join(floors, 'status.cjs'), join(home, 'stint.db')]),
    node: () => processTime(process.execPath, ['-e', '0']),
  })
  const ours = { what: 'stint status, whole process', ours: samples.stint, unit: 'ms' }
  return [
    compared({ ...ours, beside: 'Node with better-sqlite3, one select', theirs: samples.bare, goal: 1.35 }),
    compared({ ...ours, beside: 'node -e 0', theirs: samples.node }),
  ]
}
