import * as z from 'zod'
import { getDashboard } from '../../tools/dashboard.ts'
import { takeInHeartbeats } from '../../tools/heartbeat.ts'
import { getReport } from '../../tools/report.ts'
import { getMe } from '../../tools/token.ts'
import type { App } from '../core/app.ts'
import { call } from '../core/call.ts'
import type { Principal } from '../core/context.ts'
import { AppError } from '../domain/error.ts'
import { toText } from '../domain/instant.ts'
import { name } from '../domain/label.ts'
import { queryOf } from './query.ts'

// What the editor plugins of WakaTime ask of the server that their `api_url` names: https://wakatime.com/developers

export interface Caller {
  app: App
  principal: Principal
}

const text = z.string().max(1000).nullish()

/** What is not here, as the file and its language, is not looked at, and kept nowhere. */
export const heartbeat = z.object({
  time: z.coerce.number().positive().max(10_000_000_000).describe('Seconds since 1970'),
  project: text.describe('By name; a new one is made'),
  alternate_project: text.describe('Where project is not known'),
  category: text.describe('ai coding: an agent, all else: a person'),
  user_agent: text.describe('Names the editor'),
})
type Heartbeat = z.infer<typeof heartbeat>

export interface Sender {
  user_agent: string | undefined
  machine: string | undefined
}

const most = 1000
/** A clock may be ahead by so much. */
const ahead = 10 * 60_000

/** Each is answered for itself: one that cannot be read keeps no other out. */
export async function takeHeartbeats(
  { app, principal }: Caller,
  body: unknown,
  sender: Sender,
): Promise<[object, number][]> {
  const sent: unknown[] = Array.isArray(body) ? body : [body]
  if (sent.length > most)
    throw new AppError('too_large', `At most ${most} heartbeats at once.`, {
      details: { limit: most },
      hint: 'Send them in parts.',
    })
  const now = app.clock()
  const read = sent.map(one => readOne(one, now))
  const good = read.flatMap(one => ('heartbeat' in one ? [one.heartbeat] : []))
  const { signals } =
    good.length === 0
      ? { signals: [] }
      : await call(app, principal, takeInHeartbeats, { heartbeats: good.map(one => toldBy(one, sender)) })
  let at = 0
  return read.map(one =>
    'error' in one
      ? [{ error: one.error }, 400]
      : [{ data: { id: signals[at++] ?? '', time: one.heartbeat.time } }, 201],
  )
}

function readOne(value: unknown, now: number): { heartbeat: Heartbeat } | { error: string } {
  const read = heartbeat.safeParse(value)
  if (!read.success)
    return { error: read.error.issues.map(one => `${one.path.join('.')}: ${one.message}`).join('; ') }
  return read.data.time * 1000 > now + ahead
    ? { error: 'time: lies in the future' }
    : { heartbeat: read.data }
}

function toldBy(one: Heartbeat, { machine, user_agent }: Sender) {
  const project = projectOf(one)
  return {
    at: toText(Math.round(one.time * 1000)),
    editor: editorIn(one.user_agent ?? user_agent ?? ''),
    ...(machine !== undefined && { machine: machine.slice(0, 200) }),
    ...(project !== undefined && { project }),
    by: one.category?.toLowerCase() === 'ai coding' ? ('agent' as const) : ('person' as const),
  }
}

const projectName = name()

/** In angle brackets stand words that only WakaTime itself would replace. */
function projectOf({ alternate_project, project }: Heartbeat): string | undefined {
  for (const said of [project, alternate_project]) {
    const read = projectName.safeParse(said?.trim())
    if (read.success && !/^<<.*>>$/.test(read.data)) return read.data
  }
  return undefined
}

/** `wakatime/v1.98.1 (linux-6.5.0-x86_64) go1.22.1 vscode/1.90.0 vscode-wakatime/24.6.0`: the editor stands before its plugin. */
export function editorIn(user_agent: string): string {
  const [, editor] = /(?:^|\s)([\w.-]+)\/\S*\s+[\w.-]*-wakatime\//i.exec(user_agent) ?? []
  const [, alone] = /(?:^|\s)([\w.-]+)-wakatime\//i.exec(user_agent) ?? []
  const found = (editor ?? alone ?? 'editor').toLowerCase()
  return (editorNames[found] ?? found).slice(0, 60)
}

const editorNames: Readonly<Record<string, string>> = {
  'vs-code': 'vscode',
  claude: 'claude-code',
  cli: 'editor',
}

/** What is shown in an editor's status bar. */
export async function today({ app, principal }: Caller): Promise<object> {
  const { running, today } = await call(app, principal, getDashboard, {})
  const all = [today, ...running]
  const active = sum(all.map(one => one.active_seconds))
  const agent = sum(all.map(one => one.agent_seconds))
  const { from, time_zone, to } = today.period
  return {
    data: {
      grand_total: totalOf(active + agent),
      categories: [
        { name: 'Coding', ...totalOf(active) },
        { name: 'AI Coding', ...totalOf(agent) },
      ].filter(one => one.total_seconds > 0),
      projects: [],
      editors: [],
      languages: [],
      machines: [],
      operating_systems: [],
      dependencies: [],
      range: { start: from, end: to, timezone: time_zone },
    },
    cached_at: toText(app.clock()),
    has_team_features: false,
  }
}

export const summaryFields = z.strictObject({
  start: z.iso.date().describe('First day'),
  end: z.iso.date().describe('Last day'),
  project: z.string().max(200).optional().describe('Only this one'),
})

/** Finished time, day by day. */
export async function summaries({ app, principal }: Caller, query: URLSearchParams): Promise<object> {
  const { end, project, start } = queryOf(summaryFields, query)
  const { period, rows, totals } = await call(app, principal, getReport, {
    from: start,
    to: end,
    group_by: 'day',
    member: 'me',
    ...(project !== undefined && { project }),
  })
  const total = totalOf(totals.seconds)
  return {
    data: rows.map(row => ({
      grand_total: totalOf(row.seconds),
      range: { date: row.name, timezone: period.time_zone },
    })),
    cumulative_total: { ...total, seconds: totals.seconds },
    start: period.from,
    end: period.to,
  }
}

export async function currentUser({ app, principal }: Caller): Promise<object> {
  const { member, workspace } = await call(app, principal, getMe, {})
  return {
    data: { id: member.id, username: member.name, display_name: member.name, timezone: workspace.time_zone },
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

function totalOf(total_seconds: number) {
  const hours = Math.floor(total_seconds / 3600)
  const minutes = Math.floor((total_seconds % 3600) / 60)
  return {
    digital: `${hours}:${String(minutes).padStart(2, '0')}`,
    hours,
    minutes,
    text: hours > 0 ? `${counted(hours, 'hr')} ${counted(minutes, 'min')}` : counted(minutes, 'min'),
    total_seconds,
  }
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`
