import type { Page } from '../core/operation.ts'
import { diff } from '../domain/setup/diff.ts'
import type { Host } from '../domain/setup/host.ts'
import type { Change, Outcome, SetupWanted } from './setup.ts'

interface Done {
  outcomes: readonly Outcome[]
  others: readonly Host[]
  warnings: readonly string[]
  wanted: SetupWanted
  homedir: string
}

/** What was found, what was written, what is left to do. */
export function setupPage({ homedir, others, outcomes, wanted, warnings }: Done): Page {
  const short = (path: string): string => (path.startsWith(homedir) ? `~${path.slice(homedir.length)}` : path)
  const shown = outcomes.filter(one => !wanted.remove || one.problem || one.changes.some(isChange))
  return [
    ...(wanted.dry_run ? ['Nothing is written: this is what would be done.', ''] : []),
    ...(shown.length === 0 ? ['There is nothing of stint in the files of any assistant.', ''] : []),
    ...shown.flatMap(outcome => [...hostLines(outcome, wanted, short), '']),
    ...warnings.flatMap(warning => [warning, '']),
    ...lastLines(shown, others, wanted),
  ]
}

function hostLines(
  { changes, host, problem }: Outcome,
  wanted: SetupWanted,
  short: (path: string) => string,
) {
  const width = Math.max(...changes.map(one => wordOf(one, wanted).length))
  const isDone = !wanted.remove && !wanted.dry_run && !problem
  return [
    host.title,
    ...changes.flatMap(one => [
      `  ${wordOf(one, wanted).padEnd(width)}  ${short(one.path)}`,
      ...(wanted.dry_run && isChange(one) ? diffLines(one) : []),
      ...(one.backup === undefined ? [] : [`  ${' '.repeat(width)}  before: ${short(one.backup)}`]),
    ]),
    ...(problem ? [`  ${problem.message}`, `  ${problem.hint ?? ''}`.trimEnd()] : []),
    ...(isDone ? [`  ${host.after}`] : []),
  ]
}

const isChange = ({ change }: Change): boolean => change !== 'unchanged'

function wordOf({ change }: Change, { dry_run, remove }: SetupWanted): string {
  if (change === 'unchanged') return remove ? 'not in' : 'in order'
  return dry_run ? `would be ${change}` : change
}

const diffLines = ({ after, before }: Change): string[] =>
  diff(before ?? '', after ?? '').map(line => `      ${line}`)

function lastLines(shown: readonly Outcome[], others: readonly Host[], wanted: SetupWanted): string[] {
  if (wanted.dry_run) return ['The same without --dry-run does it.']
  if (wanted.remove) return ['Your time is untouched; `stint setup` connects again.']
  const isTracked = shown.some(one => !one.problem && one.host.user.some(place => place.wanted.hooks))
  const names = others.map(host => host.name).join(', ')
  return [
    ...(isTracked
      ? ['From the next session on your time is tracked by itself; `stint status` shows it.']
      : []),
    ...(names === '' ? [] : [`Not found, and set up when you name them: ${names}.`]),
  ]
}
