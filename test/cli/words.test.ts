import { expect, test } from 'vitest'
import { syntaxOf } from '../../src/cli/command.ts'
import { inTyping } from '../../src/cli/words.ts'
import { operations } from '../../tools/index.ts'

const startFields = () => {
  const start = operations.find(one => one.name === 'start_timer')
  return start ? syntaxOf(start).fields : []
}
const said = (text: string): string => inTyping(text, operations, startFields())

test('tools are commands', () => {
  expect(said('list_projects shows all.')).toBe('`stint projects` shows all.')
  expect(said('status shows what runs; start_timer starts one.')).toBe(
    '`stint status` shows what runs; `stint start` starts one.',
  )
  expect(said('list_projects shows all, auto_create: true makes it.')).toBe(
    '`stint projects` shows all, --auto-create makes it.',
  )
})

test('fields are flags', () => {
  expect(said('Or stop_others: false')).toBe('Or --no-stop-others')
  expect(said('unless stop_others is true')).toBe('unless --stop-others is true')
})

test('other words stay as they are', () => {
  expect(said('Periods: last_week, this_month.')).toBe('Periods: last_week, this_month.')
  expect(said('Ask which one is meant.')).toBe('Ask which one is meant.')
  expect(said('Write `stint map <project>`.')).toBe('Write `stint map <project>`.')
})
