import { deepStrictEqual } from 'node:assert'
import { execFileSync } from 'node:child_process'
import { homeWith, stintIn } from './database.mjs'
import { environment, processTime, program, rounds, timewarrior } from './measure.mjs'
import { compared, skipped } from './table.mjs'
import { timewarriorWith } from './timewarrior.mjs'

const many = 100_000

/** All entries as JSON, the whole process, beside timewarrior with the same intervals. */
export async function run({ quick }) {
  const what = 'export of 100,000 entries, whole process'
  if (!timewarrior()) return [skipped(what, 'timewarrior is not installed: apt-get install timewarrior')]
  const home = homeWith(many)
  const entries = JSON.parse(stintIn(home, 'export', 'entries'))
  const theirs = environment({ TIMEWARRIORDB: timewarriorWith(entries) })
  const intervals = JSON.parse(execFileSync('timew', ['export'], { env: theirs, maxBuffer: 2 ** 28 }))
  deepStrictEqual([entries.length, intervals.length], [many, many])

  const samples = await rounds(quick ? 3 : 11, {
    stint: () =>
      processTime(process.execPath, [program, 'export', 'entries'], {
        env: environment({ STINT_HOME: home }),
      }),
    csv: () =>
      processTime(process.execPath, [program, 'export', 'entries', '--format', 'csv'], {
        env: environment({ STINT_HOME: home }),
      }),
    timew: () => processTime('timew', ['export'], { env: theirs }),
  })
  const beside = { beside: 'timew export', theirs: samples.timew, unit: 'ms' }
  return [
    compared({ what, ours: samples.stint, ...beside, goal: 0.7 }),
    compared({ what: `${what}, CSV`, ours: samples.csv, ...beside }),
  ]
}
