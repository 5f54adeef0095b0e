/** How long a silence may be before it means something; all in seconds, settable per workspace. */
export interface Policy {
  idle_timeout: number
  agent_gap: number
  tool_cap: number
  read_gap: number
  compose: number
  wait_cap: number
}

export const defaultPolicy: Policy = {
  idle_timeout: 1800,
  agent_gap: 600,
  tool_cap: 14_400,
  read_gap: 300,
  compose: 120,
  wait_cap: 300,
}

/** The policy as the rules use it, in milliseconds: how long each may last at most. */
export interface Limits {
  silentSession: number
  silentSessionAtWork: number
  silentTurn: number
  silentTool: number
  reading: number
  composing: number
  waiting: number
}

/** No gap may be longer than `idle_timeout`. An open tool only ever makes more silence possible, never less. */
export function limitsOf(policy: Policy): Limits {
  const gap = (seconds: number) => Math.min(seconds, policy.idle_timeout) * 1000
  return {
    silentSession: gap(policy.idle_timeout),
    silentSessionAtWork: Math.max(policy.tool_cap, policy.idle_timeout) * 1000,
    silentTurn: gap(policy.agent_gap),
    silentTool: Math.max(policy.tool_cap * 1000, gap(policy.agent_gap)),
    reading: gap(policy.read_gap),
    composing: gap(policy.compose),
    waiting: gap(policy.wait_cap),
  }
}

/** As people set it. */
export interface PolicyMinutes {
  idle_timeout_minutes: number
  agent_gap_minutes: number
  tool_cap_minutes: number
  read_gap_minutes: number
  compose_minutes: number
  wait_cap_minutes: number
}

export const defaultPolicyMinutes: PolicyMinutes = {
  idle_timeout_minutes: 30,
  agent_gap_minutes: 10,
  tool_cap_minutes: 240,
  read_gap_minutes: 5,
  compose_minutes: 2,
  wait_cap_minutes: 5,
}

/** Over this, a timer that nothing watches is pointed out wherever it is shown. */
export const longRunningSeconds = 8 * 3600
/** What the watchdog ended is told for this long. */
export const toldFor = 7 * 86_400_000

/** Signs of life are written at most this often. */
export const signEvery = 60_000
