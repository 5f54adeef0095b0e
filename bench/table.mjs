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
    goal: goal === undefined ? '' : `≤ ${goal.toLocaleString('en')}`,
    verdict: verdict(count, goal),
  }
}

/** A figure of something that is not here. */
export const skipped = (what, why) => ({ what, beside: why, verdict: 'skipped' })

/** A figure at several sizes of what it looks into: `samples` by size and round, `goal` the highest exponent that will do. */
export function grown({ what, samples, goal }) {
  const sizes = Object.keys(samples).map(Number)
  const some = sizes.filter(size => size > 0)
  const exponents = samples[some[0]].map((_, round) =>
    exponent(some.map(size => [size, samples[size][round]])),
  )
  return {
    what,
    ...Object.fromEntries(sizes.map(size => [keyOf(size), rounded(median(samples[size]))])),
    exponent: median(exponents).toFixed(2),
    goal: `≤ ${goal}`,
    verdict: verdict(median(exponents), goal),
  }
}

// an object puts first what looks like a number
const keyOf = size => `at ${size}`

/** The slope of the line through the logarithms: at 0 it stays as it is, at 1 twice the size takes twice the time. */
function exponent(points) {
  const logs = points.map(([size, sample]) => ({ x: Math.log(size), y: Math.log(sample) }))
  const x = mean(logs.map(point => point.x))
  const y = mean(logs.map(point => point.y))
  return mean(logs.map(point => (point.x - x) * (point.y - y))) / mean(logs.map(point => (point.x - x) ** 2))
}

const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length

const verdict = (value, goal) => (goal === undefined ? '' : value <= goal ? 'pass' : 'OVER')

const rounded = value =>
  value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))

export const besideOthers = {
  bench: { width: 8 },
  what: { width: 58 },
  ours: { width: 12, title: 'stint' },
  beside: { width: 48, title: 'beside it' },
  ratio: { width: 9 },
  spread: { width: 16, title: 'middle half' },
  goal: { width: 9 },
  verdict: { width: 7 },
}

export const atSizes = (sizes, of) => ({
  what: { width: 54, title: `ms by number of ${of}` },
  ...Object.fromEntries(sizes.map(size => [keyOf(size), { width: 9, title: size.toLocaleString('en') }])),
  exponent: { width: 8 },
  goal: { width: 5 },
  verdict: { width: 7 },
})

export function asText(columns, rows, { heading = true } = {}) {
  const line = cells =>
    Object.entries(columns)
      .map(([name, { width }]) => (cells[name] ?? '').padEnd(width))
      .join(' ')
      .trimEnd()
  return `${(heading ? [titlesOf(columns), ...rows] : rows).map(line).join('\n')}\n`
}

export function asMarkdown(columns, rows) {
  const names = Object.keys(columns)
  return `${[titlesOf(columns), Object.fromEntries(names.map(name => [name, '---'])), ...rows]
    .map(cells => `| ${names.map(name => cells[name] ?? '').join(' | ')} |`)
    .join('\n')}\n`
}

const titlesOf = columns =>
  Object.fromEntries(Object.entries(columns).map(([name, { title = name }]) => [name, title]))
