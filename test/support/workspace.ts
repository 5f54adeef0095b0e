import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { migrations } from '../../db/migrations/index.ts'
import { openSqlite, type SqliteStore } from '../../db/sqlite.ts'
import { findWorkspace, updateWorkspace } from '../../db/workspaces.ts'
import type { App } from '../../src/core/app.ts'
import { call } from '../../src/core/call.ts'
import type { Door, Principal } from '../../src/core/context.ts'
import { localPrincipal } from '../../src/core/owner.ts'
import { AppError, type ErrorShape } from '../../src/domain/error.ts'
import { idMaker } from '../../src/domain/id.ts'
import { parseInstant } from '../../src/domain/zone.ts'
import { operations } from '../../tools/index.ts'

// oxlint-disable-next-line typescript/no-explicit-any
type Answer = any

export interface Given {
  /** Local time in the workspace's zone, as `2026-05-20T09:00` or `09:00` of that day. */
  now?: string
  zone?: string
  projects?: readonly string[]
  door?: Door
}

/** A new workspace with its clock in the test's hand: given, when, then. */
export async function workspace({ door = 'mcp', now = '2026-05-20T09:00', projects = [], zone = 'Europe/Berlin' }: Given = {}) {
  const home = mkdtempSync(join(tmpdir(), 'stint-'))
  const clock = setClock(now, zone)
  const logged: unknown[] = []
  let store: Promise<SqliteStore> | undefined
  const app: App = {
    version: 'test',
    home,
    clock: () => clock.now,
    machineZone: () => zone,
    userName: () => 'Ada',
    newId: idMaker(countingBytes()),
    store: () => (store ??= openSqlite({ path: join(home, 'stint.db'), migrations, clock: () => clock.now })),
    log: (line, error) => void logged.push(line, error),
  }
  onTestFinished(async () => {
    await (await store)?.close()
    rmSync(home, { recursive: true, force: true })
  })
  const principal = await localPrincipal(app, door, { connection: 'con_test' })
  const run = (name: string, input: object = {}, by: Principal = principal): Promise<Answer> =>
    call(app, by, operationNamed(name), input)
  for (const name of projects) await run('create_project', { name })
  const opened = await app.store()
  let seen = await lastEvent(opened)

  return {
    app,
    clock,
    principal,
    store: opened,
    logged,
    call: run,
    /** The same member through another door, or another window. */
    through: (door: Door, connection?: string) => (name: string, input: object = {}) =>
      run(name, input, { ...principal, door, ...(connection !== undefined && { connection }) }),
    /** The error that a call must end in. */
    async refused(name: string, input: object = {}): Promise<ErrorShape> {
      const outcome = await run(name, input).then(
        answer => answer,
        (error: unknown) => error,
      )
      if (outcome instanceof AppError) return outcome.toJSON()
      throw new Error(`${name} was not refused: ${JSON.stringify(outcome)}`)
    },
    /** The types of the events since the last look. */
    async events(): Promise<string[]> {
      const rows = await opened.read(db =>
        db.selectFrom('events').select(['seq', 'type']).where('seq', '>', seen).orderBy('seq').execute(),
      )
      seen = rows.at(-1)?.seq ?? seen
      return rows.map(row => row.type)
    },
    async set(settings: Parameters<typeof updateWorkspace>[2]): Promise<void> {
      await opened.change(async db => {
        const row = await findWorkspace(db, principal.workspace_id)
        await updateWorkspace(db, principal.workspace_id, { ...settings, version: (row?.version ?? 0) + 1 })
      })
    },
  }
}

export function operationNamed(name: string) {
  const found = operations.find(one => one.name === name)
  if (!found) throw new Error(`There is no operation ${name}.`)
  return found
}

function setClock(text: string, zone: string) {
  const read = (said: string, now: number): number => parseInstant(said, { now, zone }).at
  const clock = {
    now: read(text, 0),
    /** Sets it: `10:30` of the same day, or `2026-05-21T08:00`. */
    set(said: string): void {
      clock.now = read(said, clock.now)
    },
    /** Lets minutes pass. */
    pass(minutes: number): void {
      clock.now += minutes * 60_000
    },
  }
  return clock
}

/** Chance that is the same in every run. */
function countingBytes() {
  let next = 0
  return (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, () => next++ % 251)
}

async function lastEvent(store: SqliteStore): Promise<number> {
  const row = await store.read(db => db.selectFrom('events').select('seq').orderBy('seq', 'desc').limit(1).executeTakeFirst())
  return row?.seq ?? 0
}
