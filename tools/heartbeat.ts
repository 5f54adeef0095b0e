import * as z from 'zod'
import { reportsOf } from '../src/core/heartbeat.ts'
import { takeIn } from '../src/core/intake.ts'
import { change } from '../src/core/operation.ts'
import { name } from '../src/domain/label.ts'
import { parseInstant } from '../src/domain/zone.ts'

const heartbeat = z.strictObject({
  at: z.string().max(40),
  project: name().optional(),
  editor: z.string().max(60).optional(),
  machine: z.string().max(200).optional(),
  by: z.enum(['person', 'agent']).optional(),
})

export const takeInHeartbeats = change({
  name: 'take_in_heartbeats',
  summary: 'Take in what editors show now and then: that somebody works in them, and on which project.',
  scope: 'write',
  idempotent: true,
  route: 'POST /heartbeats',
  command: 'heartbeats add <heartbeats>',
  examples: [`heartbeats add '[{"at": "2026-05-04T09:00:00Z", "project": "website", "editor": "vim"}]'`],
  input: z.strictObject({
    heartbeats: z
      .array(heartbeat)
      .min(1)
      .max(1000)
      .describe('Up to 1000: at, project (a new one is made), editor, machine, by (person or agent)'),
  }),
  output: z.object({
    signals: z.array(z.string()).describe('What each is kept as; the same again is kept once'),
  }),
  text: ({ signals }) => `Took in ${signals.length} heartbeats.`,

  async run(context, { heartbeats }) {
    const { now, workspace } = context
    const told = heartbeats.map(({ at, ...rest }) => ({
      ...rest,
      at: parseInstant(at, { now, zone: workspace.zone }).at,
    }))
    const reports = await reportsOf(context, told)
    await takeIn(context, reports)
    return { signals: reports.slice(0, told.length).map(one => one.id) }
  },
})
