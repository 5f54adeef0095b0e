import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import * as source from '../../src/paper/index.ts'
import { invoice } from '../support/invoice.ts'
import { pagesOf } from './pdf-text.ts'

const built: typeof source = createRequire(import.meta.url)(resolve('dist/paper.cjs'))

describe('the paper beside the program', () => {
  it('says the same as its source', async () => {
    expect(pagesOf(await built.pdf(invoice()))).toEqual(pagesOf(await source.pdf(invoice())))
    expect(built.html(invoice())).toBe(source.html(invoice()))
    expect(built.csv(invoice())).toBe(source.csv(invoice()))
  })

  it('finds its typeface from wherever it is called, and makes the same file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stint-paper-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, 'invoice.json'), JSON.stringify(invoice()))
    const program = `
      const { pdf } = require(${JSON.stringify(resolve('dist/paper.cjs'))})
      pdf(JSON.parse(require('fs').readFileSync('invoice.json', 'utf8'))).then(bytes =>
        require('fs').writeFileSync('invoice.pdf', bytes))`
    execFileSync(process.execPath, ['-e', program], { cwd: folder, env: {} })
    const made = readFileSync(join(folder, 'invoice.pdf'))
    expect(made.equals(await built.pdf(invoice()))).toBe(true)
  })

  it('is in no other program', () => {
    const holds = (file: string) => readFileSync(join('dist', file), 'latin1').includes('Leistungsnachweis')
    expect(['paper.cjs', 'main.cjs', 'main-mcp.cjs', 'stint.cjs', 'hook.cjs'].filter(holds)).toEqual([
      'paper.cjs',
    ])
  })
})
