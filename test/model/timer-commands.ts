import fc from 'fast-check'
import { expect } from 'vitest'
import type { Product } from './product.ts'
import { pick, step, which } from './step.ts'
import { dayOf, lengthOf, type ModelTimer, projects, ranIn, type World } from './world.ts'

const project = fc.constantFrom(...Object.keys(projects))

const start = step(
  'start',
  fc.record({ project, ago: fc.constantFrom(0, 0, 0, 45, 600), stop_others: fc.boolean() }),
  {
    async run(world, product, { ago, project, stop_others }) {
      const known = world.open().find(one => one.project === project)
      const others = stop_others ? world.open().filter(one => one !== known) : []
      const at = world.now - ago * 60_000
      const isPast = !known && !stop_others && ago > 0
      const { output } = await product.attempt('start_timer', {
        project,
        stop_others,
        ...(isPast && { at: new Date(at).toISOString() }),
      })
      const id: string = output.timer.id
      const resumes = known?.marks.at(-1)?.runs === false
      if (known && !resumes && others.length === 0) return
      world.change({ timers: [...(known && !resumes ? [] : [id]), ...others.map(one => one.id)] }, () => {
        for (const one of others) ended(world, one, output.stopped ?? [])
        if (resumes) known.marks.push({ at: world.now, runs: true })
        else if (!known) world.timers.set(id, begun(world, id, project, isPast ? at : world.now))
      })
    },
  },
)

const begun = (world: World, id: string, project: string, at: number): ModelTimer => ({
  id,
  project,
  billable: projects[project]?.client !== null,
  ...world.price(project, dayOf(at)),
  marks: [{ at, runs: true }],
  ended: false,
  entry: null,
})

/** It becomes an entry of the time that it ran, or nothing. */
function ended(
  world: World,
  timer: ModelTimer,
  entries: readonly { id: string; session_id: string }[],
): void {
  const id = entries.find(one => one.session_id === timer.id)?.id
  const spans = ranIn(timer, world.now)
  const start = timer.marks[0]?.at ?? 0
  timer.ended = true
  expect(id === undefined).toBe(spans.length === 0)
  if (id === undefined) return
  timer.entry = id
  const seconds = lengthOf(spans)
  world.entries.set(id, {
    id,
    project: timer.project,
    description: '',
    start,
    end: world.now,
    date: dayOf(start),
    spans,
    seconds,
    idle: (world.now - start) / 1000 - seconds,
    billable: timer.billable,
    rate: timer.rate,
    level: timer.level,
    invoice: null,
    deleted: false,
    fixed: false,
  })
}

const stop = step('stop', fc.record({ which }), {
  when: world => world.open().length > 0,
  async run(world, product, input) {
    const timer = pick(world.open(), input.which)
    const { output } = await product.attempt('stop_timer', { project: timer.id })
    world.change({ timers: [timer.id] }, () => ended(world, timer, output.entry ? [output.entry] : []))
    expect(output.discarded_empty === true).toBe(timer.entry === null || !world.entries.has(timer.entry))
  },
})

const turned = (word: 'pause' | 'resume', runs: boolean) =>
  step(word, fc.record({ which }), {
    when: world => world.open().some(one => one.marks.at(-1)?.runs !== runs),
    async run(world: World, product: Product, input) {
      const those = world.open().filter(one => one.marks.at(-1)?.runs !== runs)
      const timer = pick(those, input.which)
      await product.call(`${word}_timer`, { project: timer.id })
      world.change({ timers: [timer.id] }, () => timer.marks.push({ at: world.now, runs }))
    },
  })

export const timerCommands = [start, start, stop, turned('pause', false), turned('resume', true)]
