import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { syntaxOf } from '../../src/cli/command.ts'
import { commandHelp, longHelp, shortHelp } from '../../src/cli/help.ts'
import { plainLook } from '../../src/cli/look.ts'
import { ownCommands } from '../../src/commands/index.ts'
import { operations } from '../../tools/index.ts'
import { commandLine } from './given.ts'

const catalog = async () => {
  const { terminal } = await commandLine()
  // described, not run
  const app = { version: '', home: '', databasePath: '' } as Parameters<typeof ownCommands>[0]['app']
  return {
    version: '0.0.0',
    operations,
    own: ownCommands({ app, terminal, operations: async () => operations }),
  }
}

test('all help is what was reviewed (UPDATE_SURFACE=1 writes it anew)', async () => {
  const all = await catalog()
  const look = plainLook(100)
  const shown = [...all.operations, ...all.own.filter(one => !one.hidden)]
  const help = [shortHelp(all, look), longHelp(all, look), ...shown.map(one => commandHelp(one, all, look))]
  const text = help.join(`\n${'-'.repeat(100)}\n\n`)
  const file = new URL('../surface/help.txt', import.meta.url)
  if (process.env.UPDATE_SURFACE) writeFileSync(file, text)
  expect(text).toBe(readFileSync(file, 'utf8'))
})

test('every flag of every command is documented', async () => {
  const all = await catalog()
  for (const spec of [...all.operations, ...all.own]) {
    const help = commandHelp(spec, all, plainLook(100))
    const { flags, values } = syntaxOf(spec)
    for (const { flag } of flags)
      expect(help, `${spec.command}: --${flag}`).toMatch(
        new RegExp(`--(\\[no-\\])?${flag.replace(/(?<=s)es$|s$/, '(e?s)?')}\\b.* \\S`),
      )
    for (const { field } of values) expect(help).toMatch(new RegExp(`\n  [<[]${field.name}[>\\]] +\\S`))
  }
})

test('every command shows how it is typed, and is told in a sentence', async () => {
  const all = await catalog()
  const shown = [...all.operations, ...all.own.filter(one => !one.hidden)]
  for (const spec of shown)
    expect(commandHelp(spec, all, plainLook(80)), spec.command).toContain('\nExamples\n  $ stint ')
  expect(longHelp(all, plainLook(80))).toMatch(
    /invoice update <invoice> <action> +send: show the person the total/,
  )
})

test('no two commands have the same words, and no line is wider than the terminal', async () => {
  const all = await catalog()
  const words = [...all.operations, ...all.own].map(one => syntaxOf(one).words)
  expect(words).toEqual([...new Set(words)])
  const help = [...all.operations, ...all.own].map(one => commandHelp(one, all, plainLook(80))).join('')
  for (const line of help.split('\n').filter(line => !line.includes('$ stint')))
    expect(line.length, line).toBeLessThanOrEqual(80)
})
