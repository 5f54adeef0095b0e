import { existsSync } from 'node:fs'
import * as z from 'zod'
import type { Command } from '../cli/command.ts'
import { readInput } from '../cli/input.ts'
import type { Paint } from '../cli/look.ts'
import { colored } from '../cli/terminal.ts'
import type { App } from '../core/app.ts'
import type { AtWork } from '../core/at-work.ts'
import type { Context } from '../core/context.ts'
import type { BudgetState } from '../domain/budget.ts'
import type { Program } from './index.ts'
import { startOfMachineDay } from './machine-time.ts'

/** It is run every few seconds, so it is listed apart from the others and loads what it needs and no more. */
export const statusline = (program: Program, read: typeof readInput = readInput): Command => ({
  command: 'statusline',
  summary:
    'One line for the status line of Claude Code: project, your time and the agent’s today, its budget.',
  examples: ['statusline', 'statusline < session.json'],
  input: z.strictObject({}),
  run: async (_, { json }) => {
    const found = await lookedUp(program, read)
    if (json) return { output: { statusline: found ?? null }, page: '' }
    if (found) program.terminal.print(`${await lineOf(program, found)}\n`)
    return undefined
  },
})

/** Undefined where there is nothing to tell, or no way to: nobody wants to read of errors under every prompt. */
async function lookedUp(program: Program, read: typeof readInput): Promise<Line | undefined> {
  const { app } = program
  // a server has no answer to this that would be there soon enough
  if (app.remote || !existsSync(app.databasePath)) return undefined
  try {
    const [told] = await Promise.all([toldByHost(read), app.store()])
    return await atWorkNow(program, told)
  } catch (error) {
    app.log('The status line is empty', error)
    return undefined
  }
}

interface Told {
  session?: string | undefined
  directory?: string | undefined
}

const mostInput = 1_000_000
const waitsFor = 700

const path = z.string().min(1).optional().catch(undefined)
const spoken = z.object({
  session_id: path,
  cwd: path,
  workspace: z.object({ project_dir: path, current_dir: path }).optional().catch(undefined),
})

/** The folder that the session began in says which project it belongs to, as for hooks. */
async function toldByHost(read: typeof readInput): Promise<Told> {
  const { data, success } = spoken.safeParse(jsonOf(await read({ most: mostInput, within: waitsFor })))
  if (!success) return {}
  const { cwd, session_id, workspace } = data
  return { session: session_id, directory: workspace?.project_dir ?? workspace?.current_dir ?? cwd }
}

type Line = AtWork & { budget?: Fullness }

async function atWorkNow(program: Program, { directory, session }: Told): Promise<Line | undefined> {
  const { app, terminal } = program
  const { localPrincipal } = await import('../core/owner.ts')
  const { reconcile } = await import('../core/reconcile.ts')
  const { contextOf } = await import('../core/context.ts')
  const { atWork } = await import('../core/at-work.ts')
  const member = terminal.environment.STINT_MEMBER || undefined
  const principal = await localPrincipal(app, 'cli', { member })
  const store = await app.store()
  await reconcile(app, store, principal)
  return store.read(async db => {
    const context = await contextOf(app, principal, db)
    const found = await atWork(context, {
      session: session === undefined ? undefined : { host: 'claude-code', host_session: session },
      directory: directory ?? terminal.directory,
      since: await startOfToday(app, context),
    })
    const budget = found && (await fullnessOf(context, found.project.id))
    return found && { ...found, ...(budget && { budget }) }
  })
}

interface Fullness {
  /** Whole, cut. */
  percent: number
  state: BudgetState
}

/** As a rule there is no budget, and nothing that knows of one is loaded. */
async function fullnessOf(context: Context, project: string): Promise<Fullness | undefined> {
  const { findBudget } = await import('../../db/budgets.ts')
  if ((await findBudget(context.db, context.workspace.id, project)) === null) return undefined
  const { limitedProject, standingOf } = await import('../core/budget.ts')
  const { percentOfShare } = await import('../domain/budget.ts')
  const found = await limitedProject(context, project)
  if (!found) return undefined
  const { share = 0, state } = await standingOf(context, found)
  return { percent: percentOfShare(share), state }
}

/** A calendar takes longer than all the rest, and the machine knows its own day without. */
async function startOfToday(app: App, { now, workspace: { zone } }: Context): Promise<number> {
  if (zone === app.machineZone()) return startOfMachineDay(now)
  const { dayOf, startOfDay } = await import('../domain/zone.ts')
  return startOfDay(dayOf(now, zone), zone)
}

/** It goes into a pipe, but is shown on a terminal. */
async function lineOf({ terminal }: Program, told: Line): Promise<string> {
  const { active_seconds, agent_seconds, budget, idle, project } = told
  const { lookFor } = await import('../cli/look.ts')
  const { cutTo } = await import('../cli/width.ts')
  const { hours } = await import('../domain/duration.ts')
  const look = await lookFor(project.name, {
    columns: undefined,
    colors: colored(terminal.environment, true),
  })
  const { bold, dim, warn } = look.paint
  const parts = [
    bold(cutTo(project.name, longestName, look.widthOf)),
    ...(active_seconds > 0 ? [`you ${hours(active_seconds)}`] : []),
    ...(agent_seconds > 0 ? [`agent ${hours(agent_seconds)}`] : []),
    ...(idle ? [warn('idle')] : []),
    ...(budget ? [budgetPart(budget, look.paint)] : []),
  ]
  return parts.join(dim(' · '))
}

function budgetPart({ percent, state }: Fullness, { bad, warn }: Paint): string {
  const text = `budget ${percent} %`
  return state === 'over' ? bad(text) : state === 'warning' ? warn(text) : text
}

const longestName = 32

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
