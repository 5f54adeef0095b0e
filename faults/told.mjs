import { output } from '../bench/measure.mjs'

const shownProblems = 8
let failed = 0
let passed = 0
let left = 0

/** One line for a check, and what it found wrong under it. */
export function tell(name, figures, problems = []) {
  if (problems.length > 0) failed++
  else passed++
  output(`${problems.length > 0 ? 'FAIL' : 'ok  '}  ${name.padEnd(30)} ${figures}\n`)
  for (const problem of problems.slice(0, shownProblems)) output(`        ${problem}\n`)
  if (problems.length > shownProblems) output(`        and ${problems.length - shownProblems} more\n`)
}

export function tellSkipped(name, why) {
  left++
  output(`skip  ${name.padEnd(30)} ${why}\n`)
}

/** True when nothing was wrong. */
export function summary(seconds) {
  const skipped = left > 0 ? `, ${left} skipped` : ''
  output(`\n${passed} passed, ${failed} failed${skipped}, in ${Math.round(seconds)} s\n`)
  return failed === 0
}

export const milliseconds = ms => `${Math.round(ms).toLocaleString('en')} ms`

/** Who was not killed lives until it is told to end, says nothing and ends well. */
export async function closed(callers) {
  const early = callers.filter(({ process }) => process.exitCode !== null || process.signalCode !== null)
  const codes = await Promise.all(callers.map(one => one.close()))
  return [
    ...early.map(({ process }) => `ended by itself with ${process.exitCode ?? process.signalCode}`),
    ...codes.filter(code => code !== 0).map(code => `ended with ${code}`),
    ...callers.map(one => one.stderr).filter(text => text !== ''),
  ]
}

/** What no caller may ever see, whatever else goes wrong. */
export const driversWords = /SQLITE|database is locked|\bbusy\b|\n\s+at /i
