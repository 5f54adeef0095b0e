import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './measure.mjs'

/** The same hours as a timeclock file: one line clocks in, the next one out. */
export function timeclockWith(entries) {
  const file = join(temporaryFolder(), 'hours.timeclock')
  writeFileSync(file, entries.map(linesOf).join(''))
  return file
}

// two blanks end an account's name
const linesOf = ({ description, end, project, start }) =>
  `i ${local(start)} ${project}  ${description}\no ${local(end)}\n`

const local = instant => instant.slice(0, 19).replace('T', ' ').replaceAll('-', '/')
