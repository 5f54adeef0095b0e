/** What changes, as people read it: `+` and `-` before lines, two lines around them, `…` between. */
export function diff(before: string, after: string): string[] {
  const [old, now] = [lines(before), lines(after)]
  const start = sharedLength(old, now)
  const end = Math.min(
    sharedLength(old.toReversed(), now.toReversed()),
    Math.min(old.length, now.length) - start,
  )
  const steps = [
    ...old.slice(0, start).map(line => `  ${line}`),
    ...middle(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...old.slice(old.length - end).map(line => `  ${line}`),
  ]
  return shortened(steps)
}

const around = 2

function shortened(steps: readonly string[]): string[] {
  const changed = steps.flatMap((step, at) => (step.startsWith('  ') ? [] : [at]))
  const isNear = (at: number): boolean => changed.some(one => Math.abs(one - at) <= around)
  const isFirstAway = (at: number): boolean => changed.length > 0 && (at === 0 || isNear(at - 1))
  return steps.flatMap((step, at) => (isNear(at) ? [step] : isFirstAway(at) ? ['  …'] : []))
}

/** By the longest common run of lines that the two share in order. */
function middle(old: readonly string[], now: readonly string[]): string[] {
  const length = Array.from({ length: old.length + 1 }, () => Array<number>(now.length + 1).fill(0))
  const at = (i: number, j: number): number => length[i]?.[j] ?? 0
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--) {
      const row = length[i]
      if (row) row[j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  const steps: string[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      steps.push(`  ${old[i++]}`)
      j++
    } else if (j >= now.length || (i < old.length && at(i + 1, j) >= at(i, j + 1)))
      steps.push(`- ${old[i++]}`)
    else steps.push(`+ ${now[j++]}`)
  }
  return steps
}

function sharedLength(one: readonly string[], other: readonly string[]): number {
  const differs = one.findIndex((line, at) => line !== other[at])
  return differs < 0 ? one.length : differs
}

const lines = (text: string): string[] => (text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/))
