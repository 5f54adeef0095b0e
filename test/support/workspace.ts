import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { migrations } from '../../db/migrations/index.ts'
import type { Row, Schema } from '../../db/schema.ts'
import { openSqlite, type SqliteStore } from '../../db/sqlite.ts'
import { findWorkspace, insertMember, updateWorkspace } from '../../db/workspaces.ts'
import type { App } from '../../src/core/app.ts'
import { call } from '../../src/core/call.ts'
import type { Door, Principal } from '../../src/core/context.ts'
import { localPrincipal } from '../../src/core/owner.ts'
import { spoolIn } from '../../src/core/spool.ts'
import { AppError, type ErrorShape } from '../../src/domain/error.ts'
import { idMaker } from '../../src/domain/id.ts'
import { foldName } from '../../src/domain/name.ts'
import { parseInstant, timeOf } from '../../src/domain/zone.ts'
import { operations } from '../../tools/index.ts'
import { reachesOverTheWall } from './wall.ts'

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
export async function workspace({
  door = 'mcp',
  now = '2026-05-20T09:00',
  projects = [],
  zone = 'Europe/Berlin',
}: Given = {}) {
  const home = mkdtempSync(join(tmpdir(), 'stint-'))
  const clock = setClock(now, zone)
  const logged: unknown[] = []
  const overTheWall: string[] = []
  const verbose = (sql: string): void => void (reachesOverTheWall(sql) && overTheWall.push(sql))
  const opened = await openSqlite({
    path: join(home, 'stint.db'),
    migrations,
    clock: () => clock.now,
    verbose,
  })
  const app: App = {
    version: 'test',
    home,
    clock: () => clock.now,
    machineZone: () => zone,
    machineTime: (ms, now) => timeOf(ms, zone, now),
    userName: () => 'Ada',
    newId: idMaker(countingBytes()),
    random: countingBytes(),
    spool: spoolIn(home),
    store: () => Promise.resolve(opened),
    log: (line, error) => void logged.push(line, error),
  }
  onTestFinished(async () => {
    await opened.close()
    rmSync(home, { recursive: true, force: true })
    expect(overTheWall).toEqual([])
  })
  const principal = await localPrincipal(app, door, { connection: 'con_test' })
  const run = (name: string, input: object = {}, by: Principal = principal): Promise<Answer> =>
    call(app, by, operationNamed(name), input)
  const rows = <T extends keyof Schema>(table: T): Row<T>[] =>
    // a test looks at rows as they are
    opened.handle.prepare(`select * from ${table}`).all() as Row<T>[]
  for (const name of projects) await run('create_project', { name })
  let seen = lastEvent(opened)

  return {
    app,
    clock,
    principal,
    store: opened,
    logged,
    rows,
    call: run,
    /** The same member through another door, or another window. */
    through:
      (other: Door, connection?: string) =>
      (name: string, input: object = {}): Promise<Answer> =>
        run(name, input, { ...principal, door: other, ...(connection !== undefined && { connection }) }),
    /** Another member, through the same door. */
    member: async (name: string, role: Row<'members'>['role'] = 'member') => {
      const member_id = app.newId('mem', clock.now)
      const { workspace_id } = principal
      await opened.change(async db => {
        const row = { workspace_id, id: member_id, name, name_key: foldName(name), role, archived_at: null }
        await insertMember(db, { ...row, created_at: clock.now })
      })
      const theirs: Principal = { ...principal, member_id, connection: 'con_other' }
      return { principal: theirs, call: (name: string, input: object = {}) => run(name, input, theirs) }
    },
    /** The error that a call must end in; it must have written nothing. */
    refused: async (name: string, input: object = {}, by: Principal = principal): Promise<ErrorShape> => {
      // what every call does first: the clock may have moved
      await run('list_timers', {}, by)
      const before = everything(opened)
      const outcome: unknown = await run(name, input, by).then(
        answer => answer,
        (error: unknown) => error,
      )
      if (!(outcome instanceof AppError))
        throw new Error(`${name} was not refused: ${JSON.stringify(outcome)}`)
      expect(everything(opened)).toEqual(before)
      if (outcome.code === 'internal') throw new Error(`${name} failed: ${String(logged.at(-1))}`)
      return outcome.toJSON()
    },
    /** The types of the events since the last look. */
    events: async (): Promise<string[]> => {
      const types = rows('events').filter(row => row.seq > seen)
      seen = lastEvent(opened)
      return types.map(row => row.type)
    },
    set: async (settings: Parameters<typeof updateWorkspace>[2]): Promise<void> => {
      await opened.change(async db => {
        const row = await findWorkspace(db, principal.workspace_id)
        await updateWorkspace(db, principal.workspace_id, { ...settings, version: (row?.version ?? 0) + 1 })
      })
    },
  }
}

export type GivenWorkspace = Awaited<ReturnType<typeof workspace>>

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

/** All that is kept. */
function everything({ handle }: SqliteStore): Record<string, unknown[]> {
  const tables = handle
    .prepare<[], string>(`select name from sqlite_master where type = 'table'`)
    .pluck()
    .all()
  return Object.fromEntries(tables.map(table => [table, handle.prepare(`select * from ${table}`).all()]))
}

const lastEvent = ({ handle }: SqliteStore): number =>
  handle.prepare<[], number>('select coalesce(max(seq), 0) from events').pluck().get() ?? 0
