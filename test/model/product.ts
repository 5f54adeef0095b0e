import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrations } from '../../db/migrations/index.ts'
import { openSqlite } from '../../db/sqlite.ts'
import type { App } from '../../src/core/app.ts'
import { call } from '../../src/core/call.ts'
import { localPrincipal } from '../../src/core/owner.ts'
import { AppError } from '../../src/domain/error.ts'
import { idMaker } from '../../src/domain/id.ts'
import { operationNamed } from '../support/workspace.ts'

// oxlint-disable-next-line typescript/no-explicit-any
type Answer = any

/** The product with its clock in our hand; closed by whoever opened it, since there is one for each of many sequences. */
export async function openProduct(now: number) {
  const home = mkdtempSync(join(tmpdir(), 'stint-model-'))
  const clock = { now }
  const store = await openSqlite({ path: join(home, 'stint.db'), migrations, clock: () => clock.now })
  const logged: unknown[] = []
  let next = 0
  const random = (bytes: number) => Uint8Array.from({ length: bytes }, () => next++ % 251)
  const app: App = {
    version: 'test',
    home,
    clock: () => clock.now,
    machineZone: () => 'Europe/Berlin',
    machineTime: String,
    userName: () => 'Ada',
    newId: idMaker(random),
    random,
    store: () => Promise.resolve(store),
    log: (...said) => void logged.push(...said),
  }
  const principal = await localPrincipal(app, 'cli', { connection: 'con_setup' })
  const run = (name: string, input: object, connection: string): Promise<Answer> =>
    call(app, { ...principal, connection }, operationNamed(name), input)

  return {
    clock,
    /** By another connection, so that `undo` leaves it alone. */
    setUp: (name: string, input: object = {}) => run(name, input, 'con_setup'),
    call: (name: string, input: object = {}) => run(name, input, 'con_model'),
    /** The answer, or the code of the error. */
    async attempt(name: string, input: object = {}): Promise<{ code?: string; output?: Answer }> {
      try {
        return { output: await run(name, input, 'con_model') }
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        if (error.code === 'internal')
          throw new Error(`${name}: ${logged.map(String).join('; ')}`, { cause: error })
        return { code: error.code }
      }
    },
    async close(): Promise<void> {
      await store.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

export type Product = Awaited<ReturnType<typeof openProduct>>
