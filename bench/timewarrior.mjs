import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment, temporaryFolder } from './measure.mjs'

/** Its own files, one a month: it has no import, and a hundred thousand calls would take an hour. */
export function timewarriorWith(entries) {
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
