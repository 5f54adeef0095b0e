import type { z } from 'zod'
import { findLastOfHost } from '../../db/sessions.ts'
import { findLastSignals } from '../../db/signals.ts'
import { getDashboard } from '../../tools/dashboard.ts'
import { forgottenLines, rescueCommands, status } from '../../tools/status.ts'
import { getWorkspace } from '../../tools/workspace.ts'
import { viewOf } from '../cli/operate.ts'
import type { App } from '../core/app.ts'
import { call } from '../core/call.ts'
import type { Principal } from '../core/context.ts'
import { localPrincipal } from '../core/owner.ts'
import type { Check } from './doctor.ts'
import type { Heard } from './doctor-hosts.ts'
import type { Program } from './index.ts'

/** What the database tells, after it was brought up to date. */
export interface TimeFacts {
  /** Where calls of this machine act. */
  workspace: z.infer<typeof getWorkspace.output>['workspace']
  status: z.infer<typeof status.output>
  overlaps: number
  heard: Heard[]
  /** What ended by itself or runs very long, and what to type. */
  forgotten: string[]
}

export async function timeFacts({ app, terminal }: Program): Promise<TimeFacts> {
  const member = terminal.environment.STINT_MEMBER || undefined
  const principal = await localPrincipal(app, 'cli', { member })
  const told = await call(app, principal, status, {})
  const { workspace } = await call(app, principal, getWorkspace, {})
  const { overlaps } = await call(app, principal, getDashboard, {})
  // a server keeps to itself what it heard
  const heard = app.remote ? [] : await heardHere(app, principal)
  const { ended, sessions, timers } = told
  const lines = forgottenLines(
    { ended, open: [...timers, ...sessions] },
    await viewOf(app, principal, {}),
    Infinity,
  )
  return { workspace, status: told, overlaps, heard, forgotten: lines }
}

async function heardHere(app: App, { member_id, workspace_id }: Principal): Promise<Heard[]> {
  const store = await app.store()
  return store.read(async db => {
    const found: Heard[] = []
    for (const { at, host } of await findLastSignals(db, workspace_id, member_id)) {
      const last = await findLastOfHost(db, workspace_id, member_id, host)
      const last_session = last ? { project: last.project_name, directory: last.directory } : null
      found.push({ host, last_signal_at: at, last_session })
    }
    return found
  })
}

export function timeChecks({
  overlaps,
  status: { sessions, timers, warnings },
  workspace: { member, name, role },
}: TimeFacts): Check[] {
  const held = warnings.filter(one => one.code === 'held_by_lock')
  return [
    { name: 'Workspace', value: `${name}, as ${member.name} (${role})` },
    { name: 'Running', value: `${counted(timers.length, 'timer')}, ${counted(sessions.length, 'session')}` },
    ...held.map(one => ({
      name: 'Lock',
      value: 'holds time back',
      warning: `${one.message} \`stint config locked-until DAY\` moves the lock.`,
    })),
    {
      name: 'Overlaps',
      value: overlaps === 0 ? 'none this week' : `${counted(overlaps, 'pair')} of entries this week`,
      ...(overlaps > 0 && {
        warning: 'entries share time; `stint overlaps this_week` shows them, and how to accept them.',
      }),
    },
  ]
}

/** What ended by itself, each with the commands that keep, trim or discard it. */
export function rescues({ status: { ended, sessions, timers } }: TimeFacts) {
  const all = [...ended, ...timers, ...sessions]
  return ended.map(one => ({ ...one, commands: rescueCommands(one, all) }))
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
