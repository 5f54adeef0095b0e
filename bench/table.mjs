import { median, quantile } from './measure.mjs'

/** A figure that is held against another one of the same rounds: `goal` is the highest ratio that will do. */
export function compared({ what, ours, beside, theirs, unit, goal }) {
  const ratios = ours.map((sample, round) => sample / theirs[round])
  const ratio = median(ratios)
  return {
    what,
    ours: `${rounded(median(ours))} ${unit}`,
    beside: `${rounded(median(theirs))} ${unit}, ${beside}`,
    ratio: `${rounded(ratio)} ×`,
    spread: `${rounded(quantile(ratios, 0.25))} to ${rounded(quantile(ratios, 0.75))}`,
    goal: goal === undefined ? '' : `≤ ${goal} ×`,
    verdict: verdict(ratio, goal),
  }
}

/** A figure that stands for itself. */
export function counted({ what, count, unit, goal }) {
  return {
    what,
    ours: `${rounded(count)} ${unit}`,
    beside: '',
    ratio: '',
    spread: '',
    goal: goal === undefined ? '' : `≤ ${goal.toLocaleString('en')}`,
    verdict: verdict(count, goal),
  }
}

export const skipped = (what, why) => ({
  what,
  ours: '',
  beside: why,
  ratio: '',
  spread: '',
  goal: '',
  verdict: 'skipped',
})

const verdict = (value, goal) => (goal === undefined ? '' : value <= goal ? 'pass' : 'OVER')

const rounded = value =>
  value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))

const columns = { bench: 8, what: 54, ours: 12, beside: 44, ratio: 9, spread: 16, goal: 9, verdict: 7 }
const titles = { ours: 'stint', beside: 'beside it', spread: 'middle half' }

export function asText(figures, { heading }) {
  const line = cells =>
    Object.entries(columns)
      .map(([name, width]) => (cells[name] ?? '').padEnd(width))
      .join(' ')
      .trimEnd()
  const title = Object.fromEntries(Object.keys(columns).map(name => [name, titles[name] ?? name]))
  return `${(heading ? [title, ...figures] : figures).map(line).join('\n')}\n`
}

export function asMarkdown(figures) {
  const names = Object.keys(columns)
  return `${[
    row(names.map(name => titles[name] ?? name)),
    row(names.map(() => '---')),
    ...figures.map(figure => row(names.map(name => figure[name] ?? ''))),
  ].join('\n')}\n`
}

const row = cells => `| ${cells.join(' | ')} |`
