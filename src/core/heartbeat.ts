import { findSessionsBetween } from '../../db/sessions.ts'
import { findSignals } from '../../db/signals.ts'
import { changeovers, editorSession, type Heartbeat, isFromEditor, weekOf } from '../domain/heartbeat.ts'
import { hookHosts } from '../domain/hook-host.ts'
import { limitsOf } from '../domain/policy.ts'
import type { SignalKind } from '../domain/signal.ts'
import type { Context } from './context.ts'
import { digest } from './digest.ts'
import { distinctKeys, type HostKey } from './fold.ts'
import type { Place } from './place.ts'
import type { Reported } from './reported.ts'

export interface EditorHeartbeat {
  at: number
  editor?: string | undefined
  machine?: string | undefined
  project?: string | undefined
  by?: 'person' | 'agent' | undefined
}

const mark = 'sig_hb_'

/** Editors change their minds within a second: none of their signals is the twin of another. */
export const isHeartbeat = (signalId: string): boolean => signalId.startsWith(mark)

/**
 * Heartbeats as signals. A person's sets its project active, which lasts until silence ends it or until they go to
 * another project; an agent's shows that it works, beside that.
 */
export async function reportsOf(
  context: Context,
  heartbeats: readonly EditorHeartbeat[],
): Promise<Reported[]> {
  const told = heartbeats.map(one => reportOf(context.member.id, one))
  const persons = told.filter(one => one.kind === 'active')
  if (persons.length === 0) return told
  const known = await knownAround(context, persons)
  const fresh = new Set(persons.map(one => one.id))
  const all = [...known.filter(one => !fresh.has(one.id)), ...persons]
  const stops = changeovers(all, fresh, limitsOf(context.workspace.policy).silentSession).map(
    ({ at, left }) => {
      const { host, host_session } = left
      return { id: idOf(left, 'stop', at), at, host, host_session, kind: 'stop' as const, attended: true }
    },
  )
  return [...told, ...stops]
}

function reportOf(
  member: string,
  { at, by, editor = 'editor', machine = '', project }: EditorHeartbeat,
): Reported {
  const kind = by === 'agent' ? 'work' : 'active'
  const name = digest(JSON.stringify([member, machine, project, by === 'agent', weekOf(at)])).slice(0, 16)
  const key = {
    host: hookHosts.find(one => one === editor) ?? 'rest',
    host_session: editorSession(editor, name),
  }
  return { id: idOf(key, kind, at), at, ...key, place: placeOf(project), kind, attended: true }
}

/** Only the project's name is known, and no folder. */
const placeOf = (project: string | undefined): Place =>
  project === undefined
    ? { directory: '/', nowhere: true }
    : { directory: '/', nowhere: false, declared: { project } }

const idOf = ({ host, host_session }: HostKey, kind: SignalKind, at: number): string =>
  mark + digest(JSON.stringify([host, host_session, kind, at])).slice(0, 20)

/** What this person's editors have shown at about that time. */
async function knownAround(context: Context, told: readonly Heartbeat[]): Promise<Heartbeat[]> {
  const { db, member, workspace } = context
  const silence = limitsOf(workspace.policy).silentSession
  const from = told.reduce((least, { at }) => Math.min(least, at), Infinity) - silence
  const to = told.reduce((most, { at }) => Math.max(most, at), -Infinity) + silence
  const sessions = await findSessionsBetween(db, workspace.id, member.id, from, to)
  const found: Heartbeat[] = []
  for (const key of distinctKeys(sessions.filter(one => isFromEditor(one.host_session))))
    for (const one of await findSignals(db, workspace.id, key)) if (one.kind === 'active') found.push(one)
  return found
}
