import type { Level, Price } from './world.ts'

/** What an hour costs from a day on; `''`: for all time. Without an owner it is the workspace's. */
export interface Setting {
  owner: string | null
  from: string
  rate: number
}

/** The first ever set holds for all time, a later one from the day on that is named, or from today. */
export function withRate(
  rates: readonly Setting[],
  { from, owner, rate }: Omit<Setting, 'from'> & { from: string | undefined },
  today: string,
): Setting[] {
  const isFirst = !rates.some(one => one.owner === owner)
  const since = from ?? (isFirst ? '' : today)
  return [...rates.filter(one => one.owner !== owner || one.from !== since), { owner, from: since, rate }]
}

/** The project's, else its client's, else the workspace's: of each the last that began by that day. */
export function rateOn(
  rates: readonly Setting[],
  [project, client]: readonly [string, string | null],
  day: string,
): Price {
  const levels: [Level, string | null][] = [
    ['project', project],
    ...(client === null ? [] : [['client', client] satisfies [Level, string]]),
    ['workspace', null],
  ]
  for (const [level, owner] of levels) {
    const found = rates
      .filter(one => one.owner === owner && one.from <= day)
      .toSorted((a, b) => (a.from < b.from ? -1 : 1))
      .at(-1)
    if (found) return { rate: found.rate, level }
  }
  return { rate: null, level: null }
}
