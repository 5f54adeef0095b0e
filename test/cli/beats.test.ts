import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { SignalKind } from '../../src/domain/signal.ts'
import { leave } from '../support/host.ts'
import vectors from '../vectors/beats.json' with { type: 'json' }

const dist = fileURLToPath(new URL('../../dist', import.meta.url))
const base = Date.parse('2026-05-20T09:00:00Z')

/** What makes any program believe in another time. */
const faketime = ['/usr/lib', '/usr/lib64', '/usr/local/lib']
  .flatMap(folder => [folder, ...inside(folder)])
  .flatMap(folder => inside(join(folder, 'faketime')))
  .find(path => path.endsWith('/libfaketime.so.1'))

function inside(folder: string): string[] {
  try {
    return readdirSync(folder).map(name => join(folder, name))
  } catch {
    return []
  }
}

beforeEach(({ skip }) =>
  skip(
    faketime === undefined,
    'libfaketime is not there to set the clock (Debian: apt-get install faketime).',
  ),
)

/** A new home, where the programs are started at a second of our choice. */
function given() {
  const home = mkdtempSync(join(tmpdir(), 'stint-beats-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const run = (second: number, program: string, words: readonly string[], input = ''): string => {
    const now = new Date(base + second * 1000).toISOString()
    const { error, status, stderr, stdout } = spawnSync(process.execPath, [join(dist, program), ...words], {
      encoding: 'utf8',
      input,
      cwd: home,
      env: {
        PATH: process.env.PATH,
        HOME: home,
        STINT_HOME: home,
        TZ: 'UTC',
        LD_PRELOAD: faketime,
        FAKETIME: now.slice(0, 19).replace('T', ' '),
        // a clock that stands would never let a timer of Node ring
        DONT_FAKE_MONOTONIC: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      },
    })
    if (error || status !== 0) throw error ?? new Error(stderr || stdout)
    return stdout
  }
  const answer = (second: number, ...words: string[]) =>
    // what the program says is looked at below
    JSON.parse(run(second, 'stint.cjs', [...words, '--json'])) as {
      sessions: (Figures & { directory: string })[]
      entries: (Figures & { assistant: { host_session: string } })[]
    }
  return {
    home,
    run,
    look: (second: number) => void answer(second, 'status'),
    /** Seconds of each kind by host session, over finished entries and what still runs. */
    seconds: (second: number) => {
      const { sessions } = answer(second, 'status')
      const { entries } = answer(second, 'entries', '--limit', '200')
      return summed([
        ...sessions.map(one => ({ ...one, session: one.directory.replace('/src/', '') })),
        ...entries.map(one => ({ ...one, session: one.assistant.host_session })),
      ])
    },
  }
}

interface Figures {
  active_seconds: number
  agent_seconds: number
}

function summed(stretches: readonly (Figures & { session: string })[]) {
  const sums: Record<string, { active: number; agent: number }> = {}
  for (const { active_seconds, agent_seconds, session } of stretches) {
    const sum = (sums[session] ??= { active: 0, agent: 0 })
    sum.active += active_seconds
    sum.agent += agent_seconds
  }
  return sums
}

interface Told {
  session: string
  at: number
  kind: string
  attended?: boolean
  tool?: { id: string; open: boolean }
  reason?: string
}

/** A session works in a folder of its own, by which it is known while it runs. */
const signalOf = ({ at, attended = true, kind, session, ...rest }: Told) => ({
  ...rest,
  at: base + at * 1000,
  host: 'claude-code',
  host_session: session,
  directory: `/src/${session}`,
  // the vectors use the kinds of the design
  kind: kind as SignalKind,
  attended,
})

describe('the program, told by hooks', () => {
  test.each(vectors.cases)('$name', ({ expect: expected, now, signals }) => {
    const { home, seconds } = given()
    leave(home, ...signals.map(signalOf))
    expect(seconds(now)).toMatchObject(expected)
  })

  test.each(vectors.cases)('looked at half way: $name', ({ expect: expected, now, signals }) => {
    const { home, look, seconds } = given()
    const told = (signals as Told[]).toSorted((a, b) => a.at - b.at)
    const half = Math.ceil(told.length / 2)
    leave(home, ...told.slice(0, half).map(signalOf))
    look(told[half - 1]?.at ?? 0)
    leave(home, ...told.slice(half).map(signalOf))
    expect(seconds(now)).toMatchObject(expected)
  })
})

test('from the hook to the entry, a second is a second', () => {
  const { run, seconds } = given()
  const hook = (second: number, hook_event_name: string) =>
    run(
      second,
      'hook.cjs',
      [],
      JSON.stringify({ session_id: 'a', prompt_id: 'p', cwd: '/src/a', hook_event_name }),
    )
  hook(0, 'SessionStart')
  hook(20, 'UserPromptSubmit')
  hook(80, 'Stop')
  hook(90, 'SessionEnd')
  expect(seconds(100)).toEqual({ a: { active: 20, agent: 60 } })
})
