import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { sweepAbandoned } from '../../src/commands/abandoned.ts'

const now = Date.parse('2026-05-20T09:00:00Z')

/** A home with files that were written so many minutes ago. */
function homeWith(files: Record<string, number>) {
  const home = mkdtempSync(join(tmpdir(), 'stint-abandoned-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  for (const [name, minutes] of Object.entries(files)) {
    writeFileSync(join(home, name), 'x')
    const at = new Date(now - minutes * 60_000)
    utimesSync(join(home, name), at, at)
  }
  return home
}

test('what a killed process was writing goes, and nothing else', () => {
  const kept = {
    token: 9000,
    'token.1': 5,
    'config.json': 9000,
    'notes.12': 9000,
    'stint.db': 9000,
    'stint.db-wal': 9000,
    'stint.db.7.tmp': 90,
    'stint.db.damaged-2026-05-01T09-00-00.000Z': 9000,
    'other.db.7.tmp': 9000,
  }
  const left = { 'token.4711': 61, 'config.json.12': 90, 'remote.json.3': 9000, 'stint.db.8.tmp': 1500 }
  const home = homeWith({ ...kept, ...left })
  mkdirSync(join(home, 'token.99'))
  sweepAbandoned({ home, databasePath: join(home, 'stint.db'), clock: () => now })
  expect(readdirSync(home).toSorted()).toEqual([...Object.keys(kept), 'token.99'].toSorted())
})

test('a home that is not there yet stays so', () => {
  const home = join(homeWith({}), 'new')
  sweepAbandoned({ home, databasePath: join(home, 'stint.db'), clock: () => now })
  expect(existsSync(home)).toBe(false)
})
