import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { missingValue, nearest, parseArguments } from '../../src/cli/arguments.ts'
import { type Spec, syntaxOf, wordsOf } from '../../src/cli/command.ts'
import { everyday } from '../../src/commands/everyday.ts'
import { AppError } from '../../src/domain/error.ts'
import { operations } from '../../tools/index.ts'

const commandOf = (name: string): Spec => {
  const found = operations.find(one => one.name === name)
  if (!found) throw new Error(`No operation ${name}.`)
  return found
}
const typed = (name: string, ...words: string[]) => parseArguments(commandOf(name), words).input

describe('every operation', () => {
  test.each(operations.map(one => [one.name, one] as const))('%s can be typed', (_, operation) => {
    const { fields, values } = syntaxOf(operation)
    expect(operation.command).toMatch(/^[a-z]+( [a-z]+)*( <\w+>)*( \[\w+\])*$/)
    expect(values.map(value => value.field.name)).toEqual([...new Set(values.map(value => value.field.name))])
    for (const { field, required } of values)
      expect([field.name, field.required]).toEqual([field.name, required])
    const unreachable = fields.filter(one => one.required && !values.some(value => value.field === one))
    for (const field of unreachable) expect(operation.input.shape[field.name]).toBeDefined()
  })

  test('has words of its own', () => {
    const words = operations.map(one => wordsOf(one.command))
    expect(words).toEqual([...new Set(words)])
  })

  test('that is typed all day is found under its words', async () => {
    for (const [words, load] of Object.entries(everyday)) {
      expect(await load()).toBe(operations.find(one => wordsOf(one.command) === words))
    }
  })

  test('has no flag that means two things', () => {
    for (const operation of operations) {
      const { fields } = syntaxOf(operation)
      const shorts = fields.flatMap(one => one.short ?? [])
      expect([operation.name, shorts]).toEqual([operation.name, [...new Set(shorts)]])
      expect(fields.map(one => one.flag)).not.toContain('json')
    }
  })

  test('takes its own examples', () => {
    for (const operation of operations) {
      expect([operation.name, operation.examples?.length ?? 0]).not.toEqual([operation.name, 0])
      for (const example of operation.examples ?? []) {
        const words = wordsOf(operation.command)
        expect(example.startsWith(words), example).toBe(true)
        const { out: _path, ...input } = parseArguments(
          operation,
          shellWords(example.slice(words.length)),
        ).input
        const read = operation.input.safeParse(input)
        expect([example, read.error?.issues]).toEqual([example, undefined])
      }
    }
  })
})

const shellWords = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  )

describe('values', () => {
  test('of a list are known words where it has such, and a near miss is told', () => {
    const spec: Spec = {
      command: 'setup [hosts]',
      summary: '',
      input: z.strictObject({ hosts: z.array(z.enum(['claude-code', 'vscode', 'copilot-cli'])).optional() }),
    }
    expect(parseArguments(spec, ['vscode', 'claude-code']).input).toEqual({
      hosts: ['vscode', 'claude-code'],
    })
    const hintOf = (word: string): string | undefined => {
      try {
        parseArguments(spec, [word])
      } catch (error) {
        return error instanceof AppError ? error.hint : undefined
      }
      return undefined
    }
    expect(['claude', 'vs-code', 'copilot'].map(hintOf)).toEqual([
      'Did you mean claude-code?',
      'Did you mean vscode?',
      'Did you mean copilot-cli?',
    ])
    expect(() => parseArguments(spec, ['--host', 'emacs'])).toThrow(
      'is one of claude-code, vscode, copilot-cli',
    )
  })

  test('the last one takes what is left', () => {
    expect(typed('start_timer', 'acme', 'Fix', 'the', 'login')).toEqual({
      project: 'acme',
      description: 'Fix the login',
    })
    expect(typed('list_entries', 'last', 'week')).toEqual({ period: 'last week' })
    expect(typed('merge_entries', 'ent_1', 'ent_2,ent_3')).toEqual({ entries: ['ent_1', 'ent_2', 'ent_3'] })
  })

  test('a duration may be left out before a description', () => {
    expect(typed('log_time', 'acme', '1h30m', 'Design', 'review')).toEqual({
      project: 'acme',
      duration: '1h30m',
      description: 'Design review',
    })
    expect(typed('log_time', 'acme', 'Design', 'review', '--start', '9:00', '--end', '10:00')).toEqual({
      project: 'acme',
      description: 'Design review',
      start: '9:00',
      end: '10:00',
    })
  })

  test('a project may be left out before a duration', () => {
    expect(typed('log_time', '45m', 'Design')).toEqual({ duration: '45m', description: 'Design' })
    expect(typed('log_time', '1h', '30m')).toEqual({ project: '1h', duration: '30m' })
    expect(typed('log_time', '2048', '45m')).toEqual({ project: '2048', duration: '45m' })
  })

  test('a flag may stand for a value', () => {
    expect(typed('start_timer', '-p', 'acme', 'Fix', 'it')).toEqual({
      project: 'acme',
      description: 'Fix it',
    })
  })

  test('what is missing is told by its name', () => {
    expect(missingValue(commandOf('edit_entry'), {})?.name).toBe('entry')
    expect(missingValue(commandOf('stop_timer'), {})).toBeUndefined()
  })

  test('words without a place are refused', () => {
    expect(() => typed('status', 'now')).toThrow('There is no place for "now".')
  })

  test('after -- everything is a value', () => {
    expect(typed('start_timer', 'acme', '--', '--verbose', 'is broken')).toEqual({
      project: 'acme',
      description: '--verbose is broken',
    })
  })
})

describe('flags', () => {
  const spec: Spec = {
    command: 'try [thing]',
    summary: 'Try.',
    input: z.strictObject({
      thing: z.string().optional(),
      billable: z.boolean().optional(),
      limit: z.int().optional(),
      group_by: z.enum(['day', 'week']).optional(),
      tags: z.array(z.string()).optional(),
      lines: z.array(z.object({ amount: z.number() })).optional(),
      color: z.string().or(z.literal('')).optional(),
      description: z.string().optional(),
      confirm: z.boolean().optional(),
    }),
  }
  const read = (...words: string[]) => parseArguments(spec, words).input

  test('say yes and no', () => {
    expect(read('--billable')).toEqual({ billable: true })
    expect(read('--no-billable')).toEqual({ billable: false })
    expect(read('--billable=false')).toEqual({ billable: false })
  })

  test('know numbers and choices', () => {
    expect(read('--limit', '5', '--group-by', 'day')).toEqual({ limit: 5, group_by: 'day' })
    expect(read('-n5')).toEqual({ limit: 5 })
    expect(() => read('--limit', 'many')).toThrow('--limit is a number, not "many".')
    expect(() => read('--group-by', 'year')).toThrow('--group-by is one of day, week, not "year".')
  })

  test('make lists of one, several or many with commas', () => {
    const both = { tags: ['a', 'b'] }
    expect(read('--tags', 'a,b')).toEqual(both)
    expect(read('--tag', 'a', '--tag', 'b')).toEqual(both)
    expect(read('-t', 'a', '-t', 'b')).toEqual(both)
  })

  test('take JSON where nothing simpler will do', () => {
    expect(read('--lines', '[{"amount":1}]')).toEqual({ lines: [{ amount: 1 }] })
    expect(() => read('--lines', '[')).toThrow('--lines is JSON')
  })

  test('clear a field with an empty text', () => {
    expect(read('--color', '', '--description=')).toEqual({ color: '', description: '' })
  })

  test('take a value that looks like a flag, unless it is one', () => {
    expect(read('--description', '- first')).toEqual({ description: '- first' })
    expect(() => read('--description', '--json')).toThrow('--description needs a value.')
    expect(() => read('--description')).toThrow('--description needs a value.')
  })

  test('agree beforehand', () => {
    expect(parseArguments(spec, ['--yes']).yes).toBe(true)
    expect(parseArguments(spec, ['-y']).yes).toBe(true)
    expect(parseArguments(spec, ['--confirm']).yes).toBe(true)
  })

  test('that nobody knows are refused with the nearest', () => {
    expect(problem(() => read('--bilable'))).toMatchObject({
      code: 'validation_error',
      message: '`stint try` has no --bilable.',
      hint: 'Did you mean --billable?',
    })
    expect(problem(() => read('--zzz')).hint).toBe('`stint try --help` shows its flags.')
    expect(problem(() => read('--no-limit')).message).toBe('`stint try` has no --no-limit.')
    expect(problem(() => read('-x')).message).toBe('`stint try` has no -x.')
  })

  test('that carry the names of built-in things are only unknown', () => {
    for (const name of ['--__proto__', '--constructor', '--toString']) {
      expect(problem(() => read(name, 'x')).code).toBe('validation_error')
    }
  })
})

function problem(run: () => unknown): AppError {
  try {
    run()
  } catch (error) {
    if (error instanceof AppError) return error
  }
  throw new Error('Nothing went wrong.')
}

test('the nearest word is one that a few slips make', () => {
  expect(nearest('strat', ['start', 'stop'])).toBe('start')
  expect(nearest('entires', ['entries', 'entry show'])).toBe('entries')
  expect(nearest('pizza', ['start', 'stop'])).toBeUndefined()
})
