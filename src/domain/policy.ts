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
