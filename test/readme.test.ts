import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Command } from '../src/cli/command.ts'
import { terminalOf } from '../src/cli/terminal.ts'
import { localApp } from '../src/commands/app.ts'
import { ownCommands } from '../src/commands/index.ts'
import type { AnyOperation, Toolset } from '../src/core/operation.ts'
import { operations } from '../tools/index.ts'
import { commandLine } from './cli/given.ts'

// nothing is run: only what they say of themselves is read
const app = localApp({ STINT_HOME: '/nowhere' }, () => undefined)
const own: readonly Command[] = ownCommands({
  app,
  terminal: terminalOf(process),
  operations: async () => operations,
})

// The README is compared with itself, its tables and answers made anew. `npx vitest run test/readme.test.ts -u` writes it.

describe('the README', () => {
  it('tells the truth', async () => {
    const written = readFileSync('README.md', 'utf8')
    const tables = {
      tools: toolTable(['track', 'report', 'billing']),
      more: toolTable(['more']),
      commands: table(
        ['Command', 'What it does'],
        own.filter(one => !one.hidden).map(one => [shell(one.command), one.summary]),
      ),
    }
    let made = written
    for (const [name, text] of Object.entries(tables))
      made = made.replace(
        new RegExp(`(<!-- ${name} -->\n).*?(?=<!-- /${name} -->)`, 's'),
        (_, mark) => `${mark}${text}`,
      )
    for (const [block, session] of made.matchAll(/```console\n(.*?)```/gs)) {
      const answered = await played(session ?? '')
      made = made.replace(block, () => `\`\`\`console\n${answered}\`\`\``)
    }
    await expect(made).toMatchFileSnapshot('../README.md')
  })

  it('names no tool or command that does not exist', () => {
    const readme = readFileSync('README.md', 'utf8')
    const known = [...operations, ...own].map(one => one.command.replace(/ [<[].*/, ''))
    const named = [...readme.matchAll(/`stint ([a-z][a-z ]*)/g)].map(([, words]) => (words ?? '').trim())
    expect(named.filter(words => !known.some(command => `${words} `.startsWith(`${command} `)))).toEqual([])
  })

  it('shows configurations that can be read', () => {
    const readme = readFileSync('README.md', 'utf8')
    const shown = [...readme.matchAll(/```json\n(.*?)```/gs)].map(([, text]) => text ?? '')
    for (const text of [...shown, readFileSync('mcp.json.example', 'utf8')]) {
      const { mcpServers, servers } = JSON.parse(text)
      for (const server of Object.values<{ args: string[] }>(mcpServers ?? servers))
        expect(server.args.at(-1)).toBe('mcp')
    }
  })
})

function toolTable(sets: readonly Toolset[]): string {
  const offered = operations.filter(one => one.toolset && sets.includes(one.toolset))
  return table(
    ['Tool', 'Command', 'What it does'],
    offered.map((one: AnyOperation) => [`\`${one.name}\``, shell(one.command), one.summary]),
  )
}

function table(columns: string[], rows: string[][]): string {
  return line(columns) + line(columns.map(() => '---')) + rows.map(line).join('')
}

const line = (cells: string[]): string =>
  `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |\n`
const shell = (command: string): string => `\`stint ${command}\``

/** Types every command at its time of one day, and writes down the answers. */
async function played(session: string): Promise<string> {
  const { type, clock } = await commandLine()
  const said: string[] = []
  for (const [prompt, time, line] of session.matchAll(/^\[(\d\d:\d\d)\] \$ stint (.*)$/gm)) {
    clock.set(time ?? '')
    const { code, out, error } = await type(line ?? '')
    expect({ line, code, error }).toEqual({ line, code: 0, error: '' })
    said.push(`${prompt}\n${out}`)
  }
  return said.join('\n')
}
