import Fuse from 'fuse.js'
import { word } from './database.mjs'
import { inside } from './inside.mjs'
import { median, microseconds, rounds } from './measure.mjs'
import { compared, counted } from './table.mjs'

const many = 10_000

/** A name among 10,000 projects, beside one search of fuse.js over the same names. */
export async function run({ quick }) {
  const { match, matchIndex } = await inside()
  const candidates = Array.from({ length: many }, (_, at) => ({ id: `prj_${at}`, ...named(at) }))
  const index = matchIndex(candidates)
  const fuse = new Fuse(candidates, { keys: ['name', 'client'], ignoreLocation: true, threshold: 0.3 })
  const target = candidates[7331]
  const asked = {
    'a whole name': target.name,
    'beginnings of words': target.name
      .split(' ')
      .map(part => part.slice(0, 4))
      .join(' '),
    'a typing error': target.name.replace(/^(.)(.)(.)/, '$1$3$2'),
    'a name of nothing': 'quarterly zeppelin inspection',
  }
  const times = quick ? 100 : 500
  const figures = []
  for (const [what, name] of Object.entries(asked)) {
    const samples = await rounds(quick ? 5 : 15, {
      ours: () => microseconds(times, () => match(name, index)),
      fuse: () => microseconds(quick ? 1 : 3, () => fuse.search(name)),
    })
    figures.push(
      compared({
        what: `${what} among 10,000`,
        ours: samples.ours,
        beside: 'fuse.js',
        theirs: samples.fuse,
        unit: 'µs',
        goal: 0.02,
      }),
    )
  }
  const built = await rounds(quick ? 3 : 7, { index: () => microseconds(1, () => matchIndex(candidates)) })
  return [
    ...figures,
    counted({
      what: 'the index over 10,000, once for each change of a name',
      count: median(built.index) / 1000,
      unit: 'ms',
    }),
  ]
}

const syllables = 'ba co di fu ga ho ki lo mi nu pa ri so tu va we xi yo za ne'.split(' ')
const made = at => [at, Math.floor(at / 20), Math.floor(at / 400)].map(part => syllables[part % 20]).join('')
const named = at => ({
  name: `${made(at)} ${word(at * 7)} ${made(at * 13 + 5)}`,
  client: `Client ${word(at)}`,
})
