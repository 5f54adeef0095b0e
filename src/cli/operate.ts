import { resolve } from 'node:path'
import type { App, Remote } from '../core/app.ts'
import { call } from '../core/call.ts'
import { questionBefore } from '../core/confirmation.ts'
import { contextOf, type Principal } from '../core/context.ts'
import type { AnyOperation, Page, View } from '../core/operation.ts'
import { localPrincipal } from '../core/owner.ts'
import type { Declared } from '../core/place.ts'
import { AppError } from '../domain/error.ts'
import { timeOf } from '../domain/zone.ts'
import { missing, missingValue } from './arguments.ts'
import type { Answer } from './command.ts'
import type { Terminal } from './terminal.ts'

export interface Door {
  app: App
  terminal: Terminal
  /** All of them; loading them takes longer than most commands. */
  operations: () => Promise<readonly AnyOperation[]>
}

type Input = Record<string, unknown>

/** Runs an operation for the person at the terminal. */
export async function operate(
  door: Door,
  operation: AnyOperation,
  typed: Input,
  wanted: { yes: boolean; json: boolean },
): Promise<Answer> {
  const { app, terminal } = door
  const principal = await localPrincipal(app, 'cli', {
    member: terminal.environment.STINT_MEMBER || undefined,
  })
  const { out, ...asked } = operation.file ? typed : { ...typed, out: undefined }
  const input = await completed(door, principal, operation, asked)
  await assertAgreed(terminal, operation, input, wanted.yes)
  const output: object = await call(app, principal, operation, input)
  if (operation.file && !wanted.json) {
    const { writeAnswer } = await import('./file.ts')
    return { output, page: writeAnswer(terminal, output, out) }
  }
  if (wanted.json) return { output, page: '' }
  const page = operation.text(output, await viewOf(app, principal, input))
  return { output, page: app.remote && operation.name === 'status' ? withServer(page, app.remote) : page }
}

const withServer = (page: Page, { url }: Remote): Page => [
  ...(typeof page === 'string' ? [page] : page),
  '',
  `On ${url}.`,
]

async function completed(
  door: Door,
  principal: Principal,
  operation: AnyOperation,
  typed: Input,
): Promise<Input> {
  const { directory } = typed
  const input =
    typeof directory === 'string'
      ? { ...typed, directory: resolve(door.terminal.directory, directory) }
      : typed
  const absent = missingValue(operation, input)
  if (!absent) return input
  if (absent.name !== 'project' || !takesPlace.has(operation.name)) throw missing(operation, absent)
  return { ...(await here(door, principal, operation, input.auto_create === true)), ...input }
}

/** Where the project may be left out: it is that of the directory. */
const takesPlace = new Set(['start_timer', 'start_session', 'log_time', 'get_project'])

/** What the folder says: its project, and what its .stint.json adds where the operation takes it. */
async function here(
  { app, terminal }: Door,
  principal: Principal,
  operation: AnyOperation,
  mayBeNew: boolean,
): Promise<Input> {
  const { locateProject } = await import('../../tools/mapping.ts')
  const { placeOf } = await import('../core/place.ts')
  const { declared, directory, nowhere, repository } = placeOf(terminal.directory)
  const found: { project?: { id: string }; name: string } = await call(app, principal, locateProject, {
    directory,
    nowhere,
    ...(declared && { declared: declared.project }),
    ...repository,
  })
  if (found.project) return { project: found.project.id, ...declaredFor(operation, declared) }
  if (mayBeNew && !nowhere) return { project: found.name }
  throw new AppError('validation_error', 'Which project? This folder belongs to none.', {
    hint: `Write \`stint ${operation.command}\`, or say with \`stint map <project>\` what belongs here.`,
  })
}

function declaredFor({ input }: AnyOperation, declared: Declared | undefined): Input {
  const { tags, task } = declared ?? {}
  return {
    ...(task !== undefined && 'task' in input.shape && { task }),
    ...(tags !== undefined && 'tags' in input.shape && { tags }),
  }
}

async function assertAgreed(
  terminal: Terminal,
  operation: AnyOperation,
  input: Input,
  agreed: boolean,
): Promise<void> {
  const question = agreed ? undefined : questionBefore(operation, input)
  if (question === undefined) return
  if (!terminal.interactive) throw unconfirmed(question)
  if (!(await terminal.ask(question))) throw new AppError('confirmation_required', 'Nothing was changed.')
}

export const unconfirmed = (question: string): AppError =>
  new AppError('confirmation_required', question, { hint: 'Add --yes to agree.' })

export async function viewOf(app: App, principal: Principal, input: Input): Promise<View> {
  const now = app.clock()
  const zone = typeof input.time_zone === 'string' ? input.time_zone : await zoneOf(app, principal)
  return { time: ms => (zone === app.machineZone() ? app.machineTime(ms, now) : timeOf(ms, zone, now)) }
}

async function zoneOf(app: App, principal: Principal): Promise<string> {
  if (app.remote) return app.remote.zone()
  const store = await app.store()
  return (await store.read(db => contextOf(app, principal, db))).workspace.zone
}
