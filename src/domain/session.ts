import * as z from 'zod'
import type { Beat } from './beats.ts'
import { instant } from './instant.ts'
import { amountOut } from './money.ts'
import { longRunningSeconds } from './policy.ts'
import { reference } from './reference.ts'
import { unwatchedHosts } from './turns.ts'

/** Work in progress on one project, or what it was when it ended. */
export const session = z.object({
  id: z.string(),
  kind: z.enum(['timer', 'session']),
  project: reference,
  client: reference.optional(),
  task: reference.optional(),
  description: z.string(),
  tags: z.array(z.string()),
  state: z.enum(['running', 'paused', 'ended', 'discarded']),
  beat: z.enum(['active', 'agent', 'idle']).optional(),
  started_at: instant,
  ended_at: instant.optional(),
  closed_by: z.enum(['end', 'watchdog']).optional(),
  last_sign_at: instant,
  seconds: z.int(),
  active_seconds: z.int(),
  agent_seconds: z.int(),
  idle_seconds: z.int(),
  billable: z.boolean(),
  bill_agent_time: z.boolean(),
  billable_seconds: z.int(),
  hourly_rate: amountOut().optional().describe('Frozen when it started'),
  agent_rate: amountOut().optional().describe('Where it differs'),
  currency: z.string().optional(),
  amount: amountOut().optional().describe('What it would bill now'),
  source: z.string(),
  host: z.string(),
  directory: z.string().optional(),
  model: z.string().optional(),
  tokens: z.record(z.string(), z.number()).optional(),
  long_running: z.literal(true).optional(),
  entry_id: z.string().optional(),
  version: z.int(),
})
export type Session = z.infer<typeof session>

export interface Tally {
  seconds: number
  active_seconds: number
  agent_seconds: number
  idle_seconds: number
}

/** Your time and the agent's add up to `seconds`; idle time stands beside it. */
export function tally(beats: readonly Pick<Beat, 'kind' | 'start' | 'end'>[]): Tally {
  const sum = { active: 0, agent: 0, idle: 0 }
  for (const beat of beats) sum[beat.kind] += (beat.end - beat.start) / 1000
  return {
    seconds: sum.active + sum.agent,
    active_seconds: sum.active,
    agent_seconds: sum.agent,
    idle_seconds: sum.idle,
  }
}

export function billableSeconds(of: Tally, terms: { billable: boolean; bill_agent_time: boolean }): number {
  if (!terms.billable) return 0
  return of.active_seconds + (terms.bill_agent_time ? of.agent_seconds : 0)
}

/** Nothing ends these but a person: one that ran past a working day was probably forgotten. */
export const isLongRunning = (of: { kind: string; host: string; started_at: number }, now: number): boolean =>
  of.kind === 'timer' && unwatchedHosts.has(of.host) && now - of.started_at > longRunningSeconds * 1000
