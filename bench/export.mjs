import { deepStrictEqual } from 'node:assert'
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { homeWith, stintIn } from './database.mjs'
import { environment, processTime, program, rounds, temporaryFolder, timewarrior } from './measure.mjs'
import { compared, skipped } from './table.mjs'

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

/** Its own files, one a month: it has no import, and a hundred thousand calls would take an hour. */
function timewarriorWith(entries) {
  // Trap: it reads no file with another ".data" in its path.
  const folder = temporaryFolder()
  const data = join(folder, 'data')
  mkdirSync(data)
  writeFileSync(join(folder, 'timewarrior.cfg'), '')
  const months = new Map()
  for (const entry of entries) {
    const month = entry.start.slice(0, 7)
    months.set(month, (months.get(month) ?? []).concat(intervalOf(entry)))
  }
  for (const [month, lines] of months) writeFileSync(join(data, `${month}.data`), `${lines.join('\n')}\n`)
  // the first look makes its list of tags, and says so
  execFileSync('timew', ['tags'], { env: environment({ TIMEWARRIORDB: folder }) })
  return folder
}

function intervalOf({ description, end, project, start }) {
  return `inc ${compact(start)} - ${compact(end)} # "${project}" # "${description}"`
}

const compact = instant => instant.replace(/[-:]|\.\d+/g, '')
