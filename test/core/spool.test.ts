import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { spoolIn } from '../../src/core/spool.ts'

const now = Date.parse('2026-05-20T09:00:00Z')
const minutes = 60_000

/** Files by name, and how many minutes ago each was written. */
function spoolWith(files: Record<string, number>) {
  const home = mkdtempSync(join(tmpdir(), 'stint-spool-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const spool = spoolIn(home)
  mkdirSync(spool.folder)
  for (const [name, ago] of Object.entries(files)) {
    writeFileSync(join(spool.folder, name), '{"at":')
    const at = new Date(now - ago * minutes)
    utimesSync(join(spool.folder, name), at, at)
  }
  return { spool, names: () => readdirSync(spool.folder).toSorted() }
}

test('what a killed hook left half done goes after an hour, and is never taken in', () => {
  const { names, spool } = spoolWith({ '.1-killed.json': 61, '.2-writing.json': 59, '3-told.json': 600 })
  expect(spool.waiting(now)).toEqual(['3-told.json'])
  expect(names()).toEqual(['.2-writing.json', '3-told.json'])
})

test('it goes though nothing waits, and a folder is left alone', () => {
  const { names, spool } = spoolWith({ '.1-killed.json': 61 })
  mkdirSync(join(spool.folder, '.kept'))
  utimesSync(join(spool.folder, '.kept'), new Date(0), new Date(0))
  expect(spool.waiting(now)).toEqual([])
  expect(names()).toEqual(['.kept'])
})
