import * as z from 'zod'
import { findAnswer, keepAnswer } from '../../db/idempotency.ts'
import { memory } from '../../db/remembered.ts'
import type { Reader, Transaction } from '../../db/store.ts'
import { AppError } from '../domain/error.ts'
import { dayMs } from '../domain/instant.ts'
import type { App } from './app.ts'
import { checkBudgets } from './budget.ts'
import {
  type ChangeContext,
  type Context,
  changeContext,
  contextOf,
  type Fact,
  type Principal,
  writeEvents,
} from './context.ts'
import { digest } from './digest.ts'
import { shownTo } from './mask.ts'
import type { AnyOperation, InputOf, OutputOf, Scope } from './operation.ts'
import { attendToAll, isDue, takeInSpool } from './reconcile.ts'
import { assertRole, roleOf } from './role.ts'

const keptFor = 7 * dayMs
const rank: Record<Scope, number> = { read: 0, write: 1, full: 2 }

/** The only way to run an operation. Whatever goes wrong comes out as an `AppError`. */
export async function call<T extends AnyOperation>(
  app: App,
  principal: Principal,
  operation: T,
  input: InputOf<T>,
): Promise<OutputOf<T>> {
  try {
    return await answer(app, principal, operation, input)
  } catch (error) {
    if (error instanceof AppError) throw error
    app.log(`${operation.name} failed`, error)
    throw new AppError('internal', 'Internal error: this is a fault of stint, and nothing was changed.', {
      hint: 'Try again; `stint doctor` checks the installation.',
    })
  }
}

async function answer<T extends AnyOperation>(
  app: App,
  principal: Principal,
  operation: T,
  input: unknown,
): Promise<OutputOf<T>> {
  assertScope(principal, operation)
  const parsed = parseInput(operation, input)
  // by the same words, which it reads for itself
  if (app.remote) return app.remote.call(operation, (input ?? {}) as InputOf<T>)
  const store = await app.store()
  await takeInSpool(app, store, principal)
  const run = operation.mutates
    ? (wait: boolean) =>
        store.change(async db =>
          wait && (await isDue(app, db, principal))
            ? undefined
            : runChange(app, principal, operation, parsed, db),
        )
    : (wait: boolean) =>
        store.read(async db =>
          wait && (await isDue(app, db, principal))
            ? undefined
            : runQuery(app, principal, operation, parsed, db),
        )
  // what has to be done first is looked for in the same transaction: as a rule it is nothing
  const output = await run(true)
  if (output !== undefined) return output
  await attendToAll(app, store, principal)
  const second = await run(false)
  if (second === undefined) throw new Error('An operation answers.')
  return second
}

export function assertScope(principal: Principal, operation: AnyOperation): void {
  if (rank[principal.scope] >= rank[operation.scope]) return
  throw new AppError('forbidden_scope', `${operation.name} needs the scope ${operation.scope}.`, {
    details: { required: operation.scope, scope: principal.scope },
  })
}

async function runQuery<T extends AnyOperation & { mutates: false }>(
  app: App,
  principal: Principal,
  operation: T,
  input: object,
  db: Reader,
): Promise<OutputOf<T>> {
  const context = await contextOf(app, principal, db)
  assertRole(context, roleOf(operation), operation.name)
  const run = () =>
    shownTo(context, operation.output, async () =>
      parseOutput(operation, await operation.run(context, input)),
    )
  return operation.steady ? recall(db, askedBy(context, operation, operation.steady, input), run) : run()
}

/** Whoever watches asks the same again and again: the last few answers stand until something is written. */
const recall = memory(20)

const askedBy = (
  { member, now, workspace }: Context,
  { name }: AnyOperation,
  steady: number,
  input: object,
) => JSON.stringify([name, workspace.id, member.id, Math.floor(now / steady), input])

async function runChange<T extends AnyOperation & { mutates: true }>(
  app: App,
  principal: Principal,
  operation: T,
  input: { idempotency_key?: string },
  db: Transaction,
): Promise<OutputOf<T>> {
  const facts: Fact[] = []
  const context = changeContext(app, await contextOf(app, principal, db), db, facts)
  assertRole(context, roleOf(operation), operation.name)
  return shownTo(context, operation.output, () => changed(context, operation, input, facts))
}

async function changed<T extends AnyOperation & { mutates: true }>(
  context: ChangeContext,
  operation: T,
  input: { idempotency_key?: string },
  facts: readonly Fact[],
): Promise<OutputOf<T>> {
  const { idempotency_key: key, ...meaning } = input
  const fingerprint = key === undefined ? '' : digest(`${operation.name} ${JSON.stringify(meaning)}`)
  if (key !== undefined) {
    const known = await replayed<T>(context, operation.name, key, fingerprint)
    if (known) return known
  }
  const output = parseOutput(operation, await operation.run(context, input))
  const beside = await hindsight(context, facts)
  await checkBudgets(context, [...facts, ...beside])
  await writeEvents(context, operation.name, facts)
  if (beside.length > 0) await writeEvents(ofNobody(context), 'watchdog', beside)
  if (key !== undefined) {
    const row = {
      workspace_id: context.workspace.id,
      member_id: context.member.id,
      key,
      operation: operation.name,
      fingerprint,
      output: JSON.stringify(withoutSecrets(operation, output)),
      created_at: context.now,
    }
    await keepAnswer(context.db, row, context.now - keptFor)
  }
  return output
}

/** Most changes say nothing of sessions, and need not load what judges them. */
async function hindsight(context: ChangeContext, facts: readonly Fact[]): Promise<Fact[]> {
  if (!facts.some(({ type }) => /^(timer|session)\./.test(type))) return []
  const { inHindsight } = await import('./hindsight.ts')
  return inHindsight(context, facts)
}

const ofNobody = (context: ChangeContext): ChangeContext => ({
  ...context,
  principal: { ...context.principal, door: 'job' },
  call_id: context.newId('cal'),
})

const withoutSecrets = ({ secrets = [] }: AnyOperation & { mutates: true }, output: object): object =>
  Object.fromEntries(Object.entries(output).filter(([key]) => !secrets.includes(key)))

async function replayed<T extends AnyOperation>(
  context: ChangeContext,
  operation: string,
  key: string,
  fingerprint: string,
): Promise<OutputOf<T> | undefined> {
  const { db, member, now, workspace } = context
  const known = await findAnswer(db, workspace.id, member.id, key, now - keptFor)
  if (!known) return undefined
  if (known.operation !== operation || known.fingerprint !== fingerprint) {
    throw new AppError('idempotency_conflict', 'This idempotency key was used for something else.', {
      details: { operation: known.operation },
      hint: 'Use a new key for a new change; repeat a call with the same key and the same input only.',
    })
  }
  // kept by us after its schema accepted it
  return { ...(JSON.parse(known.output) as OutputOf<T>), replayed: true }
}

function parseInput(operation: AnyOperation, input: unknown) {
  const result = operation.input.safeParse(input ?? {})
  if (result.success) return result.data
  throw invalidInput(result.error, Object.keys(operation.input.shape))
}

/** Every problem at once, each with its field, so that one more call can be right. */
function invalidInput(error: z.ZodError, known: readonly string[]): AppError {
  const problems = error.issues.flatMap(issue =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map(key => ({
          path: [...issue.path, key.slice(0, 60)].join('.'),
          message: 'unknown field',
        }))
      : [{ path: issue.path.join('.'), message: isMissing(issue) ? 'missing' : issue.message }],
  )
  const shown = problems.slice(0, 10)
  const unknown = error.issues.some(issue => issue.code === 'unrecognized_keys' && issue.path.length === 0)
  return new AppError(
    'validation_error',
    shown.map(({ message, path }) => (path ? `${path}: ${message}` : message)).join('; '),
    {
      details: { problems: shown, ...(unknown && { known_fields: known }) },
      ...(unknown && { hint: `Known fields: ${known.join(', ')}.` }),
    },
  )
}

const isMissing = ({ code, message }: z.core.$ZodIssue): boolean =>
  code === 'invalid_type' && message.endsWith('received undefined')

function parseOutput<T extends AnyOperation>(operation: T, output: unknown): OutputOf<T> {
  return operation.output.parse(output)
}
