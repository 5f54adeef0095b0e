import { expect, test } from 'vitest'
import { questionsBehindTools } from '../../src/domain/question.ts'
import type { Signal } from '../../src/domain/signal.ts'

const signal = (at: number, kind: Signal['kind'], open?: boolean): Signal => ({
  id: `${at}`,
  at,
  host: 'claude-code',
  host_session: 's',
  kind,
  attended: true,
  ...(open !== undefined && { tool: { id: `t${at}`, open } }),
})

test.each<[string, Signal[], number]>([
  ['right before its tool stands behind it', [signal(1000, 'wait'), signal(1040, 'work', true)], 1040],
  [
    'before several tools stands behind all of them',
    [signal(1000, 'wait'), signal(1040, 'work', true), signal(1050, 'wait'), signal(1060, 'work', true)],
    1060,
  ],
  ['long before a tool was answered by it', [signal(1000, 'wait'), signal(1400, 'work', true)], 1000],
  [
    'that was answered stays before the answer',
    [signal(1000, 'wait'), signal(1100, 'work', false), signal(1200, 'work', true)],
    1000,
  ],
  ['at the end stays where it is', [signal(900, 'work', true), signal(1000, 'wait')], 1000],
])('a question %s', (_, signals, at) => {
  const told = questionsBehindTools(signals)
  expect(told.find(({ id }) => id === '1000')?.at).toBe(at)
  expect(told.filter(({ kind }) => kind !== 'wait')).toEqual(signals.filter(({ kind }) => kind !== 'wait'))
})
