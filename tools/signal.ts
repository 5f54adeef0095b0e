import * as z from 'zod'
import type { EntryRow } from '../db/entries.ts'
import type { SessionRow } from '../db/sessions.ts'
import { idOf } from '../src/core/backfill.ts'
import type { ChangeContext, Fact } from '../src/core/context.ts'
import { takeIn } from '../src/core/intake.ts'
import { change } from '../src/core/operation.ts'
import { declaration, type Place, withoutSecrets } from '../src/core/place.ts'
import { reportedFields } from '../src/core/reported.ts'
import { hookHosts } from '../src/domain/hook-host.ts'
import { type Reference, reference } from '../src/domain/reference.ts'
import { parseInstant } from '../src/domain/zone.ts'

/** Sessions that people run by hand are none of a host's. */
const signal = z.strictObject({
  ...reportedFields,
  id: z.string().max(200).optional().describe('Yours; what is told twice counts once without it too'),
  at: z.string().max(40),
  host: z.enum([...hookHosts, 'unknown']),
  attended: z.boolean().optional().describe('Default true'),
  place: z
    .strictObject({
      declared: declaration.optional(),
      repository: z
        .strictObject({
          root: z.string().max(4000),
          origin: z.string().max(1000).overwrite(withoutSecrets).optional(),
        })
        .optional(),
      nowhere: z.boolean(),
    })
    .optional()
    .describe('What the directory says where it lies'),
})

const growth = z.object({
  date: z.string(),
  project: reference,
  sessions: z.int(),
  active_seconds: z.int(),
  agent_seconds: z.int(),
})
export type Growth = z.infer<typeof growth>

export const takeInSignals = change({
  name: 'take_in_signals',
  summary: 'Take in what assistants report of their sessions. What is known already counts once.',
  scope: 'write',
  idempotent: true,
  route: 'POST /signals',
  command: 'signals add <signals>',
  examples: [
    `signals add '[{"host": "codex", "host_session": "build", "at": "2026-05-04T09:00:00Z", "kind": "work", "attended": false}]'`,
  ],
  input: z.strictObject({
    signals: z
      .array(signal)
      .min(1)
      .max(1000)
      .describe('Up to 1000: host, host_session, at, kind, attended, directory …'),
    source: z.enum(['hook', 'backfill']).optional().describe('Default hook; backfill: read from logs'),
  }),
  output: z.object({
    taken: z.int(),
    known: z.int(),
    sessions: z.int().describe('How many it opened'),
    running: z.int().describe('How many of those run still'),
    held_by_lock: z.int().describe('How many have no entry, since their time is locked'),
    added: z.array(growth).describe('What the finished time has grown by'),
    host_sessions: z.array(
      z.object({
        host: z.string(),
        host_session: z.string(),
        taken: z.int(),
        known: z.int(),
        told_by_hooks: z.boolean().describe('true: hooks told of it, so its log was left out'),
      }),
    ),
  }),
  text: ({ known, taken }) => `Took in ${taken} signals; ${known} were known or left out.`,

  async run(context, { signals, source = 'hook' }) {
    const isElsewhere = context.principal.door === 'rest' || context.principal.door === 'web'
    const { facts, told } = await listening(context, heard =>
      takeIn(
        heard,
        signals.map(({ at, attended = true, place, ...rest }) => {
          const moment = parseInstant(at, { now: context.now, zone: context.workspace.zone })
          const signal = {
            ...rest,
            attended,
            at: moment.at,
            place: place || isElsewhere ? placeFrom(rest, place) : undefined,
          }
          // what is told twice is told by its content, whatever id it was given
          return { ...signal, id: idOf(signal, source, isElsewhere) }
        }),
      ),
    )
    return {
      taken: sum(told.map(one => one.taken)),
      known: sum(told.map(one => one.known)),
      ...openedBy(facts),
      added: growthOf(facts),
      host_sessions: told,
    }
  },
})

/** A folder of another machine is never looked for on this one, which may have one of the same name. */
const placeFrom = (
  { directory }: { directory?: string | undefined },
  place: Omit<Place, 'directory'> = { nowhere: false },
): Place | undefined => (directory === undefined ? undefined : { directory, ...place })

async function listening<T>(context: ChangeContext, work: (heard: ChangeContext) => Promise<T>) {
  const facts: Fact[] = []
  const emit: ChangeContext['emit'] = (...more) => {
    facts.push(...more)
    context.emit(...more)
  }
  return { told: await work({ ...context, emit }), facts }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

function openedBy(facts: readonly Fact[]) {
  const opened = new Map<string, SessionRow>()
  for (const { after, subject, type } of facts) {
    if (type !== 'session.started' && !opened.has(subject)) continue
    if (type === 'session.discarded') opened.delete(subject)
    // the events of sessions carry their rows
    else opened.set(subject, after as SessionRow)
  }
  const all = [...opened.values()]
  return {
    sessions: all.length,
    running: all.filter(one => one.ended_at === null).length,
    held_by_lock: all.filter(one => one.held_by_lock === 1).length,
  }
}

/** By day and project; less where time went to another session, which has the better claim. */
function growthOf(facts: readonly Fact[]): Growth[] {
  const rows = new Map<string, Growth>()
  for (const { after, before, type } of facts) {
    if (!type.startsWith('entry.')) continue
    // the events of entries carry their rows
    add(rows, before as EntryRow | undefined, -1)
    add(rows, after as EntryRow | undefined, 1)
  }
  return [...rows.values()].filter(one => one.sessions || one.active_seconds || one.agent_seconds)
}

function add(rows: Map<string, Growth>, entry: EntryRow | undefined, sign: 1 | -1): void {
  if (!entry || entry.deleted_at !== null) return
  const { date, project_id: id, project_name: name } = entry
  const project: Reference = { id, name }
  const row = rows.get(`${date} ${id}`) ?? { date, project, sessions: 0, active_seconds: 0, agent_seconds: 0 }
  row.sessions += sign
  row.active_seconds += sign * entry.active_seconds
  row.agent_seconds += sign * entry.agent_seconds
  rows.set(`${date} ${id}`, row)
}
