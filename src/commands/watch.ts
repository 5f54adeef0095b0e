import type { z } from 'zod'
import { getDashboard } from '../../tools/dashboard.ts'
import { forgottenLines, status } from '../../tools/status.ts'
import type { Answer } from '../cli/command.ts'
import { type Look, lookFor } from '../cli/look.ts'
import { operate, viewOf } from '../cli/operate.ts'
import { renderPage } from '../cli/page.ts'
import { openScreen, type Screen } from '../cli/screen.ts'
import { call } from '../core/call.ts'
import type { Table, View } from '../core/operation.ts'
import { localPrincipal } from '../core/owner.ts'
import { nameOf, spent } from '../core/session.ts'
import { clock } from '../domain/duration.ts'
import type { Session } from '../domain/session.ts'
import type { Program } from './index.ts'

interface Wanted {
  every?: number | undefined
  json: boolean
}

/** Shows what runs until somebody leaves; where there is no screen, once. */
export async function watch(
  program: Program,
  { every = 2, json }: Wanted,
  open: () => Screen = () => openScreen(process, program.terminal.print),
): Promise<Answer | undefined> {
  const { columns, environment } = program.terminal
  if (json || columns === undefined || environment.TERM === 'dumb')
    return operate(program, status, {}, { yes: false, json })
  const screen = open()
  try {
    do screen.draw(await drawn(program, screen, every))
    while ((await screen.next(every * 1000)) === 'again')
  } finally {
    screen.close()
  }
  return undefined
}

async function drawn({ app, terminal }: Program, screen: Screen, every: number): Promise<string> {
  const member = terminal.environment.STINT_MEMBER || undefined
  const principal = await localPrincipal(app, 'cli', { member })
  const told = await call(app, principal, status, {})
  const dashboard = await call(app, principal, getDashboard, {})
  const view = await viewOf(app, principal, {})
  const open = [...told.timers, ...told.sessions]
  const table = tableOf(open, view)
  const look = await lookFor(table, { columns: screen.columns(), colors: terminal.colors.out })
  return [
    headOf(view.time(app.clock()), every, look),
    renderPage([open.length === 0 ? 'Nothing is running.' : table], look),
    `${totalsOf(dashboard)}\n`,
    ...forgottenLines({ ended: told.ended, open }, view),
  ].join('\n')
}

const headOf = (time: string, every: number, { paint }: Look): string =>
  `${paint.bold('stint')} ${time} ${paint.dim(`every ${every} s, q leaves`)}\n`

const tableOf = (open: readonly Session[], view: View): Table => ({
  columns: ['Project', 'Kind', 'State', 'You', 'Agent', 'Idle', 'Since', 'Description'],
  rows: open.map(one => [
    nameOf(one),
    one.kind,
    one.beat === 'agent' ? 'agent' : one.state,
    clock(one.active_seconds),
    clock(one.agent_seconds),
    clock(one.idle_seconds),
    view.time(Date.parse(one.started_at)),
    one.description,
  ]),
})

const totalsOf = ({ today, week }: z.infer<typeof getDashboard.output>): string =>
  `Today ${spent(today)}, this week ${spent(week)}, without what runs.`
