import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { output, root } from '../bench/measure.mjs'
import { chanceOf } from './chance.mjs'
import { summary } from './told.mjs'

// Nothing that was acknowledged is ever lost, and no caller ever sees that the database is busy: through the doors
// that people and assistants use, against the built program.
// `npm run faults`, `npm run faults -- --short`, `npm run faults -- kill torn --minutes 2 --seed 7`,
// `npm run faults -- crowd --writes 1000`

const all = ['crowd', 'kill', 'migration', 'torn', 'surroundings', 'invoices', 'planted']
/** So many by each of eight, where a command and a hook are a process each time. The whole takes an hour on two cores. */
const allWrites = 10_000
const fewWrites = 100

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string' },
    short: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    writes: { type: 'string' },
    rounds: { type: 'string' },
    seed: { type: 'string' },
  },
})
const unknown = positionals.filter(name => !all.includes(name))
if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}; there are ${all.join(', ')}.`)

const isWhole = !values.short && values.minutes === undefined && values.seconds === undefined
const minutes = values.short ? 2 : Number(values.minutes ?? 5)
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(values.seed)

execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), '--if-changed'], { stdio: 'inherit' })
output(`seed ${seed}\n\n`)

let part
// where nothing is left to wait for, Node ends without a word
process.on('exit', () => part && output(`It ended in the midst of ${part}.\n`))

const began = performance.now()
for (const name of positionals.length > 0 ? positionals : all) {
  part = name
  const { run } = await import(`./${name}.mjs`)
  await run({
    // a part makes the same choices alone and among the others
    chance: chanceOf(seed + all.indexOf(name)),
    minutes,
    seconds: Number(values.seconds ?? 12 * minutes),
    writes: writesOfEach(),
    rounds: Number(values.rounds ?? 40 * minutes),
    mostSeconds: isWhole ? Infinity : 40 * minutes,
  })
}
part = undefined
if (!summary((performance.now() - began) / 1000)) process.exitCode = 1

function writesOfEach() {
  if (values.writes !== undefined) return Number(values.writes)
  return isWhole ? allWrites : values.short ? fewWrites : undefined
}
