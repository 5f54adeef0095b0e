import type { SessionRow } from '../../db/sessions.ts'
import { firstToldIn } from '../../db/signals.ts'
import type { ChangeContext, Fact } from './context.ts'
import { isByHand } from './fold.ts'
import { judgeAnew } from './intake.ts'

/**
 * Facts of host sessions that a change touched by saying something of the past: a timer that began an hour ago, a
 * pause that was taken back. They are nobody's doing, so that `undo` of the change does not look for them.
 */
export async function inHindsight(context: ChangeContext, facts: readonly Fact[]): Promise<Fact[]> {
  const told: Fact[] = []
  const from = await firstToldOf(context, facts)
  if (from === undefined || from >= context.now) return told
  await judgeAnew({ ...context, emit: (...more) => void told.push(...more) }, from, context.now)
  return told
}

async function firstToldOf(context: ChangeContext, facts: readonly Fact[]): Promise<number | undefined> {
  const moments: number[] = []
  for (const { after, before, type } of facts) {
    if (!/^(timer|session)\./.test(type)) continue
    // the events of sessions carry their rows
    const [was, is] = [before, after] as (SessionRow | undefined)[]
    const session = is ?? was
    if (!session || !isByHand(session)) continue
    const { call_id, db, now, workspace } = context
    const at = await firstToldIn(db, { workspace: workspace.id, ...keyOf(session), call: call_id, now })
    if (at !== null) moments.push(at)
    if (type.endsWith('.discarded')) moments.push(session.started_at)
    if (was && was.ended_at !== null && was.ended_at !== session.ended_at) moments.push(was.ended_at)
  }
  return moments.length > 0 ? Math.min(...moments) : undefined
}

const keyOf = ({ host, host_session }: SessionRow) => ({ host, host_session })
