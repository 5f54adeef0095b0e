import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { beats, defaultPolicy, type Policy, type SessionBeats } from '../../src/domain/beats.ts'
import type { Signal, SignalKind } from '../../src/domain/signal.ts'
import { reading, readingOf, timeline } from './timeline.ts'

interface Told {
  session: string
  at: number
  kind: SignalKind
  tool?: { id: string; open: boolean }
  attended?: boolean
}

interface Vectors {
  policy: Omit<Policy, 'idle_timeout'>
  cases: {
    name: string
    signals: Told[]
    now: number
    expect: Record<string, { active: number; agent: number }>
  }[]
}

const vectors: Vectors = JSON.parse(readFileSync(new URL('../vectors/beats.json', import.meta.url), 'utf8'))

describe('the timelines of the contract', () => {
  for (const { name, signals, now, expect: expected } of vectors.cases) {
    it(name, () => {
      const told = signals.map((each, index): Signal => {
        const { session, at, ...rest } = each
        return {
          id: String(index),
          host: 'claude-code',
          host_session: session,
          attended: true,
          ...rest,
          at: at * 1000,
        }
      })
      const result = beats(told, { ...defaultPolicy, ...vectors.policy }, now * 1000)
      for (const [session, sums] of Object.entries(expected)) expect(sumsOf(result, session)).toEqual(sums)
    })
  }
})

function sumsOf(sessions: SessionBeats[], name: string): { active: number; agent: number } {
  const sums = { active: 0, agent: 0, idle: 0 }
  for (const { host_session, beats: own } of sessions)
    for (const { kind, start, end } of own) if (host_session === name) sums[kind] += (end - start) / 1000
  return { active: sums.active, agent: sums.agent }
}

describe('hand-set beats', () => {
  it('last until the next of them, and nothing else counts meanwhile', () => {
    expect(
      reading('0 active, 10 start, 20 work +t, 30 wait, 40 work, 60 agent, 90 idle, 100 work, 120 end'),
    ).toEqual(['0-120 end: active! 0-60, agent! 60-90, idle! 90-120'])
  })

  it('last until a prompt, which opens a turn and finds no time of the person before it', () => {
    expect(reading('0 idle, 50 prompt, 60 stop, 61 end')).toEqual([
      '0-61 end: idle! 0-50, agent 50-60, idle 60-61',
    ])
  })

  it('last until a stop, from which it is the turn of the person', () => {
    expect(reading('0 agent, 50 stop, 80 prompt, 90 stop, 90 end')).toEqual([
      '0-90 end: agent! 0-50, active 50-80, agent 80-90',
    ])
  })

  it('end an open turn where they begin', () => {
    expect(reading('0 prompt, 10 work, 40 active, 60 end')).toEqual(['0-60 end: agent 0-40, active! 40-60'])
    expect(reading('0 prompt, 10 wait, 40 agent, 60 end')).toEqual([
      '0-60 end: agent 0-10, idle 10-40, agent! 40-60',
    ])
  })

  it('take their own time out of the turn of the person that they stand in', () => {
    expect(reading('0 stop, 20 idle, 50 prompt, 60 end')).toEqual([
      '0-60 end: active 0-20, idle! 20-50, idle 50-60',
    ])
  })

  it('of one kind that follow one another are one', () => {
    expect(reading('0 active, 60 active, 120 end')).toEqual(['0-120 end: active! 0-120'])
  })
})

describe('the turn of the agent', () => {
  it('ends at its last sign of life when it is silent for longer than ten minutes', () => {
    expect(reading('0 prompt, 10 work, 610 work, 620 stop, 621 end')).toEqual([
      '0-621 end: agent 0-620, idle 620-621',
    ])
    expect(reading('0 prompt, 10 work, 611 stop, 612 end')).toEqual(['0-612 end: agent 0-10, idle 10-612'])
  })

  it('may be silent for four hours while a tool is open, and for no more', () => {
    expect(reading('0 prompt, 10 work +t, 14410 work -t, 14420 stop, 14420 end')).toEqual([
      '0-14420 end: agent 0-14420',
    ])
    expect(reading('0 prompt, 10 work +t, 14411 work -t, 14420 stop, 14430 end')).toEqual([
      '0-10 watchdog: agent 0-10',
      '14411-14430 end: agent 14411-14420, idle 14420-14430',
    ])
  })

  it('stays open until the last of several tools has closed', () => {
    expect(reading('0 prompt, 1 work +a, 2 work +b, 5 work -a, 1500 work -b, 1510 stop, 1510 end')).toEqual([
      '0-1510 end: agent 0-1510',
    ])
    expect(reading('0 prompt, 1 work +a, 2 work +b, 5 work -a, 6 work -b, 1500 stop, 1510 end')).toEqual([
      '0-1510 end: agent 0-6, idle 6-1510',
    ])
  })

  it('closes its tools at its stop: they keep no later turn alive', () => {
    expect(reading('0 prompt, 1 work +a, 5 stop, 6 prompt, 10 work, 900 work, 900 end')).toEqual([
      '0-900 end: agent 0-5, active 5-6, agent 6-10, idle 10-900',
    ])
  })

  it('does not open a tool whose close was delivered up to a minute before, wherever that stands', () => {
    const silent = '0-1510 end: agent 0-60, idle 60-1510'
    expect(reading('0 prompt, 0 work -t, 60 work +t, 1500 stop, 1510 end')).toEqual([silent])
    expect(reading('0 prompt, 0 work -t, 60.001 work +t, 1500 stop, 1500 end')).toEqual([
      '0-1500 end: agent 0-1500',
    ])
    expect(reading('0 start, 10 work -t, 20 stop, 30 prompt, 40 work +t, 1500 stop, 1510 end')).toEqual([
      '0-1510 end: active 0-30, agent 10-20, agent 30-40, idle 40-1510',
    ])
    expect(reading('0 prompt, 60 work -t, 60 work +t, 1500 stop, 1510 end')).toEqual([silent])
  })

  it('is kept alive by a start inside it and by a word that somebody is there', () => {
    expect(reading('0 prompt, 500 start, 1000 alive, 1500 stop, 1500 end')).toEqual([
      '0-1500 end: agent 0-1500',
    ])
  })

  it('is not kept alive by a notice', () => {
    expect(reading('0 prompt, 500 notice, 1000 stop, 1010 end')).toEqual(['0-1010 end: idle 0-1010'])
  })
})

describe('a background turn', () => {
  it('lasts from a work outside a turn to its last sign of life at the next prompt, beside the turn of the person', () => {
    expect(reading('0 stop, 30 work, 90 work, 120 prompt, 120 end')).toEqual([
      '0-120 end: active 0-120, agent 30-90',
    ])
  })

  it('lasts to the next stop, which leaves the turn of the person as it was', () => {
    expect(reading('0 stop, 30 work, 90 work, 100 stop, 120 prompt, 120 end')).toEqual([
      '0-120 end: active 0-120, agent 30-100',
    ])
  })

  it('ends by silence, and the turn of the person goes on', () => {
    expect(reading('0 stop, 10 work, 20 work, 700 prompt, 700 end')).toEqual([
      '0-700 end: idle 0-10, agent 10-20, idle 20-580, active 580-700',
    ])
  })

  it('does not open the tool that opened it', () => {
    expect(reading('0 stop, 10 work +t, 20 work, 1200 work -t, 1200 end')).toEqual([
      '0-1200 end: idle 0-10, agent 10-20, idle 20-1200',
    ])
  })

  it('is open for the tools that come after', () => {
    expect(reading('0 work, 10 work +t, 1200 work -t, 1200 end')).toEqual(['0-1200 end: agent 0-1200'])
  })

  it('begins one for the person where there was none', () => {
    expect(reading('0 work, 10 stop, 40 prompt, 40 end')).toEqual(['0-40 end: agent 0-10, active 10-40'])
  })
})

describe('a prompt while the turn is open', () => {
  it('interrupts it: it ended at its last sign of life, and from there it is the turn of the person', () => {
    expect(reading('0 prompt, 10 work, 50 prompt, 60 stop, 60 end')).toEqual([
      '0-60 end: agent 0-10, active 10-50, agent 50-60',
    ])
  })

  it('was queued when a tool that is open closes later, however often', () => {
    expect(
      reading('0 prompt, 10 work +t, 300 prompt, 400 prompt, 2000 work -t, 2010 stop, 2010 end'),
    ).toEqual(['0-2010 end: agent 0-2010'])
  })

  it('was not queued when that close comes after the stop, which had closed the tool', () => {
    expect(reading('0 prompt, 10 work +t, 50 prompt, 60 stop, 70 work -t, 71 end')).toEqual([
      '0-71 end: agent 0-10, active 10-50, agent 50-60, idle 60-71',
    ])
  })

  it('was not queued when the tool was given up before it closed', () => {
    expect(reading('0 prompt, 10 work +t, 50 prompt, 60 stop, 20000 work -t, 20000 end')[0]).toBe(
      '0-60 watchdog: agent 0-10, active 10-50, agent 50-60',
    )
    expect(reading('0 prompt, 10 work +t, 50 prompt, 20000 work -t, 20000 end')[0]).toBe(
      '0-50 watchdog: agent 0-10, active 10-50',
    )
  })

  it('closes the tools of the turn that it interrupts', () => {
    expect(reading('0 prompt, 10 work +t, 50 prompt, 60 work, 900 stop, 900 end')).toEqual([
      '0-900 end: agent 0-10, active 10-50, agent 50-60, idle 60-900',
    ])
  })
})

describe('the turn of the person', () => {
  it('counts whole up to five minutes, else what it took to write', () => {
    expect(reading('0 stop, 300 prompt, 300 end')).toEqual(['0-300 end: active 0-300'])
    expect(reading('0 stop, 301 prompt, 301 end')).toEqual(['0-301 end: idle 0-181, active 181-301'])
  })

  it('counts nothing without a next prompt', () => {
    expect(reading('0 prompt, 10 stop, 60 end')).toEqual(['0-60 end: agent 0-10, idle 10-60'])
    expect(reading('0 prompt, 10 stop', { now: 60 })).toEqual(['0-… open: agent 0-10, idle 10-60'])
  })

  it('begins anew with a start', () => {
    expect(reading('0 start, 100 start, 350 prompt, 350 end')).toEqual([
      '0-350 end: idle 0-100, active 100-350',
    ])
  })

  it('begins where a silent turn ended, and with the stop that comes after all', () => {
    expect(reading('0 prompt, 10 work, 700 prompt, 700 end')).toEqual([
      '0-700 end: agent 0-10, idle 10-580, active 580-700',
    ])
    expect(reading('0 prompt, 10 work, 700 stop, 900 prompt, 900 end')).toEqual([
      '0-900 end: agent 0-10, idle 10-700, active 700-900',
    ])
  })

  it('lasts to the next attended prompt', () => {
    expect(reading('0 stop, 10 prompt unattended, 20 stop, 50 prompt, 50 end')).toEqual([
      '0-50 end: idle 0-10, agent 10-20, active 20-50',
    ])
  })

  it('is not written before it began, however long writing may take', () => {
    expect(
      reading('0 prompt, 100 stop, 111 prompt, 111 end', { policy: { read_gap: 10, compose: 60 } }),
    ).toEqual(['0-111 end: agent 0-100, active 100-111'])
  })
})

describe('a wait', () => {
  it('is active when it is answered within five minutes, and the agent goes on from there', () => {
    expect(reading('0 prompt, 10 wait, 310 work, 320 stop, 320 end')).toEqual([
      '0-320 end: agent 0-10, active 10-310, agent 310-320',
    ])
    expect(reading('0 prompt, 10 wait, 311 work, 320 stop, 320 end')).toEqual([
      '0-320 end: agent 0-10, idle 10-191, active 191-311, agent 311-320',
    ])
  })

  it('is answered by a stop or a prompt too', () => {
    expect(reading('0 prompt, 10 wait, 20 stop, 20 end')).toEqual(['0-20 end: agent 0-10, active 10-20'])
    expect(reading('0 prompt, 10 wait, 20 prompt, 30 stop, 30 end')).toEqual([
      '0-30 end: agent 0-10, active 10-20, agent 20-30',
    ])
  })

  it('is one wait when the host asks again', () => {
    expect(reading('0 prompt, 10 wait, 200 wait, 310 work, 310 end')).toEqual([
      '0-310 end: agent 0-10, active 10-310',
    ])
  })

  it('is nothing without an answer', () => {
    expect(reading('0 prompt, 10 wait, 100 alive, 200 end')).toEqual(['0-200 end: agent 0-10, idle 10-200'])
    expect(reading('0 prompt, 10 wait', { now: 9000 })).toEqual(['0-10 watchdog: agent 0-10'])
  })

  it('counts up to five minutes while it is live', () => {
    expect(reading('0 prompt, 10 wait', { now: 100 })).toEqual(['0-… open: agent 0-10, active 10-100'])
    expect(reading('0 prompt, 10 wait', { now: 1000 })).toEqual([
      '0-… open: agent 0-10, active 10-310, idle 310-1000',
    ])
  })

  it('is not the silence of the agent: after lunch the turn goes on, and the answer took two minutes', () => {
    expect(reading('0 prompt, 10 wait, 3610 work, 3620 stop, 3650 prompt, 3650 end')).toEqual([
      '0-10 watchdog: agent 0-10',
      '3490-3650 end: active 3490-3610, agent 3610-3620, active 3620-3650',
    ])
  })

  it('is over when the host starts again', () => {
    expect(reading('0 prompt, 10 wait, 86400 start, 86460 prompt, 86460 end')).toEqual([
      '0-10 watchdog: agent 0-10',
      '86400-86460 end: active 86400-86460',
    ])
  })

  it('that a session before it left open is not live any more', () => {
    expect(reading('0 prompt, 10 wait, 3610 alive', { now: 3620 })).toEqual([
      '0-10 watchdog: agent 0-10',
      '3610-… open: idle 3610-3620',
    ])
  })

  it('outside a turn stops nothing', () => {
    expect(reading('0 start, 10 wait, 20 work, 30 end')).toEqual(['0-30 end: idle 0-30'])
  })
})

describe('an unattended run', () => {
  it('makes no active time, waiting neither', () => {
    expect(reading('0 start, 10 prompt unattended, 20 wait, 30 work, 40 stop, 40 end')).toEqual([
      '0-40 end: idle 0-10, agent 10-20, idle 20-30, agent 30-40',
    ])
    expect(reading('0 prompt unattended, 20 wait', { now: 60 })).toEqual(['0-… open: agent 0-20, idle 20-60'])
  })
})

describe('an end', () => {
  it('closes an open turn at its last sign of life', () => {
    expect(reading('0 prompt, 10 work, 50 end')).toEqual(['0-50 end: agent 0-10, idle 10-50'])
  })

  it('is followed by a new session only where one begins', () => {
    for (const kind of ['start', 'prompt', 'active', 'agent'])
      expect(reading(`0 prompt, 10 stop, 20 end, 30 ${kind}, 40 end`)).toHaveLength(2)
    for (const kind of ['work', 'wait', 'stop', 'idle', 'alive', 'notice', 'end'])
      expect(reading(`0 prompt, 10 stop, 20 end, 30 ${kind}`)).toHaveLength(1)
  })

  it('leaves nothing of the person behind for the next prompt', () => {
    expect(reading('0 prompt, 10 stop, 20 end, 30 prompt, 40 stop, 40 end')).toEqual([
      '0-20 end: agent 0-10, idle 10-20',
      '30-40 end: agent 30-40',
    ])
  })

  it('alone ends nothing', () => {
    expect(reading('0 end, 10 work, 20 stop')).toEqual([])
  })

  it('that comes after the silence had ended the session changes nothing, and late facts after it neither', () => {
    expect(reading('0 prompt, 10 stop, 5000 end, 5001 work, 5050 work')).toEqual([
      '0-10 watchdog: agent 0-10',
    ])
  })

  it('of a connection holds only if nothing follows', () => {
    expect(reading('0 active, 60 end connection_closed', { host: 'mcp', now: 90 })).toEqual([
      '0-60 end: active! 0-60',
    ])
    expect(reading('0 active, 60 end connection_closed, 61 alive', { host: 'mcp', now: 90 })).toEqual([
      '0-… open: active! 0-90',
    ])
    expect(reading('0 prompt, 5 end, 6 end connection_closed', { now: 90 })).toEqual(['0-5 end: idle 0-5'])
  })
})

describe('seen live', () => {
  it('an open turn counts to now until it is silent for too long, then to its last sign of life', () => {
    expect(reading('0 prompt, 10 work', { now: 610 })).toEqual(['0-… open: agent 0-610'])
    expect(reading('0 prompt, 10 work', { now: 611 })).toEqual(['0-… open: agent 0-10, idle 10-611'])
    expect(reading('0 prompt, 10 work +t', { now: 9000 })).toEqual(['0-… open: agent 0-9000'])
  })

  it('a hand-set beat counts to now likewise', () => {
    expect(reading('0 active', { now: 1800, host: 'mcp' })).toEqual(['0-… open: active! 0-1800'])
    expect(reading('0 active, 600 alive', { now: 2401, host: 'mcp' })).toEqual([
      '0-600 watchdog: active! 0-600',
    ])
    expect(reading('0 agent', { now: 14400, host: 'mcp' })).toEqual(['0-… open: agent! 0-14400'])
    expect(reading('0 agent', { now: 14401, host: 'mcp' })).toEqual(['0-0 watchdog:'])
  })

  it('a paused one stays paused, and one from the command line or the web runs on', () => {
    expect(reading('0 active, 60 idle', { now: 90000, host: 'mcp' })).toEqual([
      '0-… open: active! 0-60, idle! 60-90000',
    ])
    for (const host of ['cli', 'web', 'rest'])
      expect(reading('0 active', { now: 90000, host })).toEqual(['0-… open: active! 0-90000'])
  })

  it('a clock that went backwards gives no negative length', () => {
    expect(reading('100 active, 160 alive', { now: 30, host: 'mcp' })).toEqual([
      '100-… open: active! 100-160',
    ])
  })

  it('says from when silence will have ended it', () => {
    expect(quiet('0 active, 60 alive')).toEqual([[60_000, 1_861_000]])
    expect(quiet('0 agent')).toEqual([[0, 14_401_000]])
    expect(quiet('0 prompt, 1 work +t', 'codex')).toEqual([[1000, 14_402_000]])
    expect(quiet('0 idle')).toEqual([[0, null]])
    expect(quiet('0 active', 'cli')).toEqual([[0, null]])
    expect(quiet('0 active, 5 end')).toEqual([[0, null]])
    const open = timeline('0 active, 60 alive', { host: 'mcp' })
    expect(beats(open, defaultPolicy, 1_860_999)[0]?.closed_by).toBeNull()
    expect(beats(open, defaultPolicy, 1_861_000)[0]?.closed_by).toBe('watchdog')
  })
})

describe('one attention', () => {
  const a = timeline('0 stop, 100 prompt, 100 end', { session: 'a' })
  const b = timeline('50 stop, 150 prompt, 150 end', { session: 'b' })

  it('what both ask for belongs to the one that ends first; the other is idle there', () => {
    expect(readingOf([...a, ...b], { now: 200 })).toEqual([
      '0-100 end: active 0-100',
      '50-150 end: idle 50-100, active 100-150',
    ])
  })

  it('belongs to what was set by hand, which is never cut', () => {
    const timer = timeline('20 active, 120 end', { host: 'cli', session: 'timer' })
    const other = timeline('60 active, 90 end', { host: 'mcp', session: 'other' })
    expect(readingOf([...a, ...timer, ...b, ...other], { now: 200 })).toEqual([
      '0-100 end: active 0-20, idle 20-100',
      '20-120 end: active! 20-120',
      '50-150 end: idle 50-120, active 120-150',
      '60-90 end: active! 60-90',
    ])
  })

  it('is not taken by agents, nor by what was set to idle', () => {
    const paused = timeline('0 idle, 100 agent, 200 end', { host: 'mcp', session: 'paused' })
    expect(readingOf([...a, ...paused], { now: 200 })[0]).toBe('0-100 end: active 0-100')
  })
})

describe('silence', () => {
  it('for longer than half an hour ends the session where its last counted stretch ends', () => {
    expect(reading('0 start, 10 prompt, 20 stop, 1820 start, 1830 end')).toHaveLength(1)
    expect(reading('0 start, 10 prompt, 20 stop, 100 alive, 1901 start, 1930 end')).toEqual([
      '0-20 watchdog: active 0-10, agent 10-20',
      '1901-1930 end: idle 1901-1930',
    ])
  })

  it('is followed by a session that begins with what was written before its first prompt', () => {
    expect(reading('0 prompt, 10 stop, 3600 prompt, 3610 stop, 3610 end')).toEqual([
      '0-10 watchdog: agent 0-10',
      '3480-3610 end: active 3480-3600, agent 3600-3610',
    ])
  })

  it('ends an empty session at its own start', () => {
    expect(reading('0 start, 10 start, 5000 prompt unattended, 5010 end', { now: 5010 })).toEqual([
      '0-0 watchdog:',
      '5000-5010 end: idle 5000-5010',
    ])
  })

  it('ends what was set by hand, and a word that somebody is there does not bring it back', () => {
    expect(reading('0 active, 60 alive, 9000 alive, 9060 end', { host: 'mcp' })).toEqual([
      '0-60 watchdog: active! 0-60',
      '9000-9060 end: idle 9000-9060',
    ])
  })

  it('counts when a person says so', () => {
    expect(reading('0 active, 60 alive, 9000 alive kept, 9060 end', { host: 'mcp' })).toEqual([
      '0-9060 end: active! 0-9060',
    ])
    expect(reading('0 prompt, 60 work, 9000 alive kept, 9060 stop, 9060 end')).toEqual([
      '0-9060 end: agent 0-9060',
    ])
  })

  it('does not depend on when anybody looks', () => {
    const text = '0 prompt, 10 stop, 60 prompt, 70 work'
    expect(reading(text, { now: 1871 })).toEqual(reading(text, { now: 99_999 }))
  })
})

describe('the policy', () => {
  it('lets no gap be longer than the timeout of the session', () => {
    const policy = { idle_timeout: 300, agent_gap: 600, read_gap: 900, compose: 600, wait_cap: 900 }
    expect(reading('0 prompt, 301 work, 302 stop, 302 end', { policy })).toEqual([
      '0-0 watchdog:',
      '301-302 end: agent 301-302',
    ])
    expect(reading('0 stop, 301 prompt, 301 end', { policy })).toEqual([
      '0-0 watchdog:',
      '1-301 end: active 1-301',
    ])
    expect(reading('0 prompt, 1 work +t, 2000 stop, 2000 end', { policy })).toEqual([
      '0-2000 end: agent 0-2000',
    ])
  })
})

describe('what came in', () => {
  it('twice counts once, and what counts for nothing is named in no session', () => {
    const own = timeline('0 prompt, 5 notice, 10 stop, 20 end, 30 work')
    const [only, ...more] = beats([...own, ...own], defaultPolicy, 40_000)
    expect(more).toEqual([])
    expect(only?.signals).toEqual(['claude-code/a/000', 'claude-code/a/002', 'claude-code/a/003'])
  })

  it('keeps its milliseconds for the order; lengths are whole seconds that add up', () => {
    expect(reading('0.9 prompt, 10.1 stop, 10.2 prompt, 19.999 stop, 20.5 end')).toEqual([
      '0-20 end: agent 0-19, idle 19-20',
    ])
  })

  it('of other host sessions and hosts stands apart', () => {
    const same = timeline('0 prompt, 10 stop, 10 end', { host: 'codex' })
    expect(readingOf([...same, ...timeline('5 prompt, 15 stop, 15 end')], { now: 20 })).toEqual([
      '0-10 end: agent 0-10',
      '5-15 end: agent 5-15',
    ])
  })
})

function quiet(text: string, host = 'mcp'): (number | null)[][] {
  return beats(timeline(text, { host }), defaultPolicy, 0).map(each => [each.last_sign_at, each.quiet_at])
}
