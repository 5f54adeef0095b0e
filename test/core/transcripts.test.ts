import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type Found,
  type Progress,
  type Transcript,
  transcripts,
  type Wanted,
} from '../../src/core/transcripts.ts'
import { calls, morning, over, prompt, returns, says, timestamp, told } from '../domain/transcript/given.ts'

let homedir = ''
beforeEach(() => {
  homedir = mkdtempSync(join(tmpdir(), 'stint-transcripts-'))
})
afterEach(() => rmSync(homedir, { recursive: true, force: true }))

function write(path: string, lines: readonly (object | string)[], changedAt = morning): void {
  const file = join(homedir, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, lines.map(line => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'))
  utimesSync(file, changedAt / 1000, changedAt / 1000)
}

const find = (wanted: Partial<Wanted> = {}): Found[] => [...transcripts({ env: {}, homedir, ...wanted })]
const sessions = (wanted: Partial<Wanted> = {}): Transcript[] =>
  find(wanted).flatMap(found => ('session' in found ? [found.session] : []))
const problems = () =>
  find().flatMap(found =>
    'unreadable' in found
      ? [{ ...found.unreadable, path: found.unreadable.path.slice(homedir.length + 1) }]
      : [],
  )
const names = (all: readonly Transcript[]) =>
  all.map(({ host, host_session }) => `${host} ${host_session}`).toSorted()

const turn = [prompt(0), calls(2, 'a'), returns(9, 'a'), says(12, 'Done'), over(13)]
const codex = [
  { timestamp: timestamp(0), type: 'session_meta', payload: { id: 'x', cwd: '/work/acme', source: 'cli' } },
  { timestamp: timestamp(5), type: 'event_msg', payload: { type: 'user_message' } },
]
const gemini = [
  { sessionId: 'g', projectHash: 'h', startTime: timestamp(0) },
  { id: 'u', timestamp: timestamp(5), type: 'user' },
]

const typed = (second: number, sessionId: string, display = 'Go on') => ({
  display,
  timestamp: morning + second * 1000,
  project: '/work/acme',
  sessionId,
})

describe('the logs of the hosts', () => {
  it('are found where each host keeps them', () => {
    write('.claude/projects/-work-acme/one.jsonl', turn)
    write('.codex/sessions/2026/03/02/rollout-2026-03-02T09-00-00-x.jsonl', codex)
    write('.gemini/tmp/acme/chats/session-2026-03-02T09-00-g.jsonl', gemini)
    write('.gemini/tmp/acme/.project_root', ['/work/acme'])
    write('.gemini/tmp/acme/logs.json', ['[]'])
    const found = sessions()
    expect(names(found)).toEqual(['claude-code one', 'codex x', 'gemini g'])
    expect(found.map(({ directory }) => directory)).toEqual(['/work/acme', '/work/acme', '/work/acme'])
    expect(names(sessions({ hosts: ['codex'] }))).toEqual(['codex x'])
  })

  it('may be kept elsewhere', () => {
    write('a/projects/-work-acme/one.jsonl', turn)
    write('b/sessions/2026/03/02/rollout-x.jsonl', codex)
    write('.claude/projects/-work-acme/not-this.jsonl', turn)
    const env = { CLAUDE_CONFIG_DIR: join(homedir, 'a'), CODEX_HOME: join(homedir, 'b') }
    expect(names(sessions({ env }))).toEqual(['claude-code one', 'codex x'])
  })

  it('may be none', () => {
    expect(find()).toEqual([])
  })

  it('of subagents belong to their session, also where older versions kept them', () => {
    const side = { isSidechain: true }
    write('.claude/projects/-work-acme/one/subagents/agent-1.jsonl', [calls(3, 'b', 'Bash', side)])
    write('.claude/projects/-work-acme/one.jsonl', turn)
    write('.claude/projects/-work-acme/agent-2.jsonl', [{ ...calls(4, 'c', 'Bash', side), sessionId: 'one' }])
    const [session, ...others] = sessions()
    expect(others).toEqual([])
    expect(told(session?.signals ?? [])).toEqual([
      '0 prompt',
      '2 work +a',
      '3 work +b',
      '4 work +c',
      '9 work -a',
      '12 work',
      '13 stop',
    ])
  })

  it('in the old form of Gemini are one object, and read once when they were written anew', () => {
    const old = [JSON.stringify({ ...gemini[0], messages: [gemini[1]] }, null, 2)]
    write('.gemini/tmp/acme/chats/session-a.json', old)
    write('.gemini/tmp/acme/chats/session-b.json', old)
    write('.gemini/tmp/acme/chats/session-b.jsonl', gemini)
    const [session, ...others] = sessions()
    expect(others).toEqual([])
    expect(told(session?.signals ?? [])).toEqual(['0 start', '0 start', '5 prompt', '5 prompt'])
    expect(session?.directory).toBeNull()
  })
})

describe('a session', () => {
  it('is told with its model and tokens, never with a word that was said', () => {
    const usage = { input_tokens: 5, output_tokens: 7 }
    write('.claude/projects/p/one.jsonl', [
      prompt(0, 'A secret'),
      calls(1, 'a', 'Bash', { usage }),
      returns(2, 'a', 'A secret'),
      says(3, 'A secret', { usage }),
    ])
    const [session] = sessions()
    expect(session).toMatchObject({ model: 'model-1', tokens: { input_tokens: 10, output_tokens: 14 } })
    expect(JSON.stringify(session)).not.toContain('secret')
  })

  it('that was forked is read after the one that it repeats', () => {
    write('.claude/projects/p/two.jsonl', turn)
    write('.claude/projects/p/one.jsonl', [...turn, prompt(50), says(52, 'Yes')])
    const all = sessions().flatMap(({ signals }) => told(signals))
    expect(all.filter(signal => signal.endsWith('prompt')).toSorted()).toEqual(['0 prompt', '50 prompt'])
  })

  it('is read since a day only', () => {
    const day = 86_400_000
    write('.claude/projects/p/old.jsonl', turn, morning)
    write(
      '.claude/projects/p/resumed.jsonl',
      [...turn.map(line => ({ ...line, uuid: 'other' })), prompt(86_400)],
      morning + day,
    )
    const [session, ...others] = sessions({ since: morning + day / 2 })
    expect(others).toEqual([])
    expect(session?.host_session).toBe('resumed')
    expect(told(session?.signals ?? [])).toEqual(['86400 prompt'])
  })

  it('whose log is gone is told by what was typed', () => {
    write('.claude/projects/p/one.jsonl', turn)
    write('.claude/history.jsonl', [
      typed(0, 'one'),
      typed(5, 'gone'),
      typed(9, 'gone', '/exit'),
      typed(8, 'gone'),
    ])
    const gone = sessions().find(({ host_session }) => host_session === 'gone')
    expect(names(sessions())).toEqual(['claude-code gone', 'claude-code one'])
    expect(gone?.directory).toBe('/work/acme')
    expect(told(gone?.signals ?? [])).toEqual(['5 prompt', '8 prompt'])
  })
})

describe('a log that cannot be read', () => {
  it('is told, and the others are read', () => {
    write('.claude/projects/p/one.jsonl', turn)
    write('.claude/projects/p/two.jsonl', ['a picture', 'of something'])
    write('.claude/projects/p/empty.jsonl', [])
    symlinkSync(join(homedir, 'nowhere'), join(homedir, '.claude/projects/p/three.jsonl'))
    expect(names(sessions())).toEqual(['claude-code one'])
    expect(problems().toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: '.claude/projects/p/three.jsonl', reason: expect.stringContaining('ENOENT') },
      { path: '.claude/projects/p/two.jsonl', reason: 'no line in it is of a transcript' },
    ])
  })
})

describe('the progress', () => {
  it('goes on with every file, up to all of them', () => {
    write('.claude/projects/p/one.jsonl', turn)
    write('.claude/projects/p/two.jsonl', [prompt(0)])
    const seen: Progress[] = []
    sessions({ onProgress: progress => void seen.push(progress) })
    const last = seen.at(-1)
    expect(last?.files).toBe(2)
    expect(last).toEqual({ ...last?.of, of: last?.of })
    expect(seen.map(({ bytes }) => bytes)).toEqual(seen.map(({ bytes }) => bytes).toSorted((a, b) => a - b))
  })
})
