import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { output, root } from '../bench/measure.mjs'
import { chanceOf } from './chance.mjs'
import { summary } from './told.mjs'

// Nothing that was acknowledged is ever lost, and no caller ever sees that the database is busy: through the doors
// that people and assistants use, against the built program.
// `npm run faults`, `npm run faults -- --short`, `npm run faults -- kill torn --minutes 2 --seed 7`

const all = ['crowd', 'kill', 'migration', 'torn', 'surroundings']

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '5' },
    short: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    seed: { type: 'string' },
  },
})
const unknown = positionals.filter(name => !all.includes(name))
if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}; there are ${all.join(', ')}.`)

const minutes = values.short ? 1 : Number(values.minutes)
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(values.seed)

execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), '--if-changed'], { stdio: 'inherit' })
output(`seed ${seed}\n\n`)

const began = performance.now()
for (const name of positionals.length > 0 ? positionals : all) {
  const { run } = await import(`./${name}.mjs`)
  await run({
    // a part makes the same choices alone and among the others
    chance: chanceOf(seed + all.indexOf(name)),
    minutes,
    seconds: Number(values.seconds ?? 12 * minutes),
    rounds: Number(values.rounds ?? 40 * minutes),
  })
}
if (!summary((performance.now() - began) / 1000)) process.exitCode = 1
