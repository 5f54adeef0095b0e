import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { homeFolder } from '../../src/domain/home.ts'
import { type HookSignal, hookSignal } from '../../src/domain/hook.ts'
import { FieldReader } from '../../src/domain/hook-fields.ts'
import type { Surroundings } from '../../src/domain/hook-host.ts'

type Payload = Record<string, unknown>

function read(json: string, chunk = json.length || 1) {
  const reader = new FieldReader()
  const bytes = Buffer.from(json).toString('latin1')
  let complete = false
  for (let at = 0; at < bytes.length && !complete; at += chunk)
    complete = reader.read(bytes.slice(at, at + chunk))
  return { fields: Object.fromEntries(reader.fields), complete, map: reader.fields }
}

function signalOf(payload: Payload, around: Partial<Surroundings> = {}): HookSignal | null {
  const { map } = read(JSON.stringify(payload))
  return hookSignal(map, { at: 1000, env: {}, workingDirectory: '/here', ...around })
}

const claude = (event: string, more: Payload = {}): Payload => ({
  session_id: 's1',
  transcript_path: '/home/ada/.claude/projects/-home-ada-acme/s1.jsonl',
  cwd: '/home/ada/acme/src',
  permission_mode: 'default',
  hook_event_name: event,
  ...more,
})

function call(event: string, command: string): HookSignal['tool'] {
  return signalOf({ session_id: 'g', hook_event_name: event, tool_name: 'shell', tool_input: { command } })
    ?.tool
}

describe('what the events mean', () => {
  test.each<[string, Payload, Partial<HookSignal>]>([
    ['SessionStart', { source: 'clear' }, { kind: 'start', reason: 'clear' }],
    ['UserPromptSubmit', { prompt: 'secret', prompt_id: 'p1' }, { kind: 'prompt', turn: 'p1' }],
    [
      'PreToolUse',
      { tool_name: 'Bash', tool_use_id: 't1' },
      { kind: 'work', tool: { id: 't1', open: true } },
    ],
    ['PostToolUse', { tool_use_id: 't1' }, { kind: 'work', tool: { id: 't1', open: false } }],
    ['PostToolUseFailure', { tool_use_id: 't1' }, { kind: 'work', tool: { id: 't1', open: false } }],
    ['PreToolUse', { tool_name: 'AskUserQuestion', tool_use_id: 't1' }, { kind: 'wait' }],
    ['PermissionRequest', { tool_use_id: 't1' }, { kind: 'wait' }],
    ['Elicitation', {}, { kind: 'wait' }],
    ['ElicitationResult', {}, { kind: 'work' }],
    [
      'Notification',
      { notification_type: 'idle_prompt', message: 'x' },
      { kind: 'notice', reason: 'idle_prompt' },
    ],
    ['SubagentStop', { agent_id: 'a1' }, { kind: 'work' }],
    ['PreCompact', { trigger: 'auto' }, { kind: 'work', reason: 'auto' }],
    ['Stop', { stop_hook_active: false }, { kind: 'stop' }],
    ['StopFailure', { error: 'rate_limit' }, { kind: 'stop' }],
    ['SessionEnd', { reason: 'prompt_input_exit' }, { kind: 'end', reason: 'prompt_input_exit' }],
  ])('Claude Code: %s', (event, more, signal) => {
    expect(signalOf(claude(event, more))).toMatchObject({
      host: 'claude-code',
      host_session: 's1',
      event,
      ...signal,
    })
  })

  test('questions right after each other are told apart by what they ask for', () => {
    const asked = (command: string) =>
      signalOf(claude('PermissionRequest', { prompt_id: 'p1', tool_input: { command } }))
    expect(asked('ls')).toEqual(asked('ls'))
    expect(asked('ls')?.tool).not.toEqual(asked('rm')?.tool)
    expect(asked('ls')?.dedupe).not.toBe(asked('rm')?.dedupe)
  })

  test('the end of a tool says how long it ran; a question does not run', () => {
    const ran = (event: string, tool_name: string) =>
      signalOf(claude(event, { tool_name, tool_use_id: 't1', duration_ms: 3092.4 }))?.ran_ms
    expect(ran('PostToolUse', 'Bash')).toBe(3092)
    expect(ran('PostToolUseFailure', 'Bash')).toBe(3092)
    expect(ran('PreToolUse', 'Bash')).toBeUndefined()
    expect(ran('PostToolUse', 'AskUserQuestion')).toBeUndefined()
  })

  test.each([
    'MessageDisplay',
    'ConfigChange',
    'FileChanged',
    'InstructionsLoaded',
    'PostModelSwitch',
    'Unheard',
    'toString',
  ])('%s means nothing', event => expect(signalOf(claude(event))).toBeNull())

  const gemini = {
    session_id: 'g1',
    transcript_path: '/h/.gemini/tmp/x/chats/session-1.jsonl',
    cwd: '/g',
    timestamp: 't',
  }
  const cursor = {
    conversation_id: 'c1',
    generation_id: 'n1',
    workspace_roots: ['/c', '/d'],
    user_email: 'ada@acme.test',
  }
  const codex = {
    session_id: 'x1',
    turn_id: 'u1',
    transcript_path: '/h/.codex/sessions/r.jsonl',
    cwd: '/x',
    model: 'gpt-6',
  }
  const windsurf = { trajectory_id: 'w1', execution_id: 'e1', model_name: 'swe-2' }

  test.each<[string, Payload, Partial<HookSignal>]>([
    [
      'gemini',
      { ...gemini, hook_event_name: 'BeforeAgent', prompt: 'x' },
      { kind: 'prompt', directory: '/g' },
    ],
    ['gemini', { ...gemini, hook_event_name: 'AfterAgent' }, { kind: 'stop' }],
    [
      'gemini',
      { ...gemini, hook_event_name: 'Notification', notification_type: 'ToolPermission' },
      { kind: 'wait' },
    ],
    [
      'codex',
      { ...codex, hook_event_name: 'UserPromptSubmit' },
      { kind: 'prompt', turn: 'u1', model: 'gpt-6' },
    ],
    ['codex', { ...codex, hook_event_name: 'SessionEnd', reason: 'exit' }, { kind: 'end', reason: 'exit' }],
    [
      'cursor',
      { ...cursor, hook_event_name: 'beforeSubmitPrompt' },
      { kind: 'prompt', directory: '/c', turn: 'n1' },
    ],
    [
      'cursor',
      { ...cursor, hook_event_name: 'sessionStart', is_background_agent: true },
      { attended: false },
    ],
    [
      'cursor',
      { ...cursor, hook_event_name: 'stop', status: 'aborted', input_tokens: 12, output_tokens: 'many' },
      { kind: 'stop', reason: 'aborted', tokens: { input_tokens: 12 } },
    ],
    [
      'windsurf',
      { ...windsurf, agent_action_name: 'pre_user_prompt' },
      { kind: 'prompt', host_session: 'w1', turn: 'e1' },
    ],
    [
      'windsurf',
      { ...windsurf, agent_action_name: 'post_cascade_response' },
      { kind: 'stop', directory: '/here' },
    ],
    [
      'vscode',
      { sessionId: 'v1', hookEventName: 'UserPromptSubmit', cwd: '/v', timestamp: 't' },
      { kind: 'prompt' },
    ],
    [
      'copilot',
      { sessionId: 'k1', timestamp: 1, cwd: '/k', prompt: 'x' },
      { kind: 'prompt', host_session: 'k1' },
    ],
    [
      'copilot',
      { sessionId: 'k1', timestamp: 1, cwd: '/k', prompt: 'x'.repeat(9000) },
      { kind: 'prompt', host_session: 'k1' },
    ],
    [
      'copilot',
      { sessionId: 'k1', toolName: 'bash', toolArgs: '{}', toolResult: { resultType: 'success', text: 'x' } },
      { event: 'postToolUse', tool: { id: expect.any(String), open: false } },
    ],
    [
      'copilot',
      { sessionId: 'k1', toolName: 'bash', toolArgs: '{}', error: { message: 'x' } },
      { event: 'postToolUseFailure', tool: { id: expect.any(String), open: false } },
    ],
    ['copilot', { sessionId: 'k1', error: { message: 'x' } }, { event: 'errorOccurred', kind: 'work' }],
    ['copilot', { sessionId: 'k1', timestamp: 1, cwd: '/k', reason: 'complete' }, { kind: 'end' }],
    ['unknown', { session_id: 'q1', hook_event_name: 'Stop' }, { kind: 'stop', directory: '/here' }],
  ])('%s %#', (host, payload, signal) => expect(signalOf(payload)).toMatchObject({ host, ...signal }))
})

describe('which host speaks', () => {
  const borrowed = { session_id: 's', hook_event_name: 'Stop', cwd: '/a' }

  it('does not believe the configuration that others borrow', () => {
    const host = 'claude-code'
    expect(signalOf({ ...borrowed, conversation_id: 'c' }, { host })?.host).toBe('cursor')
    expect(
      signalOf(borrowed, { host, env: { CURSOR_PROJECT_DIR: '/a', CLAUDE_PROJECT_DIR: '/a' } })?.host,
    ).toBe('cursor')
    expect(signalOf({ ...borrowed, timestamp: 't' }, { host, env: { VSCODE_PID: '7' } })?.host).toBe('vscode')
    expect(signalOf({ ...borrowed, timestamp: 't' }, { host })?.host).toBe('copilot')
    expect(signalOf(borrowed, { host })?.host).toBe('claude-code')
  })

  it('believes the configuration that only one host reads', () => {
    expect(signalOf({ ...borrowed, timestamp: 't' }, { host: 'gemini' })?.host).toBe('gemini')
    expect(
      signalOf(borrowed, { host: 'codex', env: { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: 'other' } })?.host,
    ).toBe('codex')
  })

  it('knows Claude Code by the session in its environment, wherever its files are', () => {
    const env = { CLAUDE_CODE_SESSION_ID: 's' }
    expect(signalOf({ ...borrowed, transcript_path: '/conf/projects/s.jsonl' }, { env })?.host).toBe(
      'claude-code',
    )
  })

  it('gives the same key to the same fact from two configurations', () => {
    const one = signalOf({ sessionId: 'v', hookEventName: 'Stop', cwd: '/a' })
    const two = signalOf(
      { session_id: 'v', hook_event_name: 'Stop', cwd: '/a', timestamp: 't' },
      { at: 1400, host: 'claude-code', env: { VSCODE_PID: '7' } },
    )
    expect(one?.dedupe).toBe(two?.dedupe)
  })

  it('gives other keys to other facts', () => {
    const facts = [
      claude('PreToolUse', { tool_use_id: 'a' }),
      claude('PreToolUse', { tool_use_id: 'b' }),
      claude('PostToolUse', { tool_use_id: 'a' }),
      claude('SubagentStop'),
      claude('Stop'),
      claude('Stop', { prompt_id: 'p2' }),
    ]
    expect(new Set(facts.map(fact => signalOf(fact)?.dedupe)).size).toBe(facts.length)
  })
})

describe('where, and was somebody there', () => {
  it("takes the session's folder, not where a tool went", () => {
    expect(signalOf(claude('Stop'), { env: { CLAUDE_PROJECT_DIR: '/home/ada/acme' } })?.directory).toBe(
      '/home/ada/acme',
    )
    expect(signalOf(claude('Stop'))?.directory).toBe('/home/ada/acme/src')
    expect(
      signalOf({ conversation_id: 'c', hook_event_name: 'stop', workspace_roots: ['/c:/work'] })?.directory,
    ).toBe('c:/work')
    expect(signalOf(claude('Stop', { cwd: 'relative' }))?.directory).toBe('/here')
  })

  it('knows headless runs of Claude Code, and does not take its environment for that of others', () => {
    const env = { CLAUDE_CODE_SESSION_ATTENDED: '0' }
    expect(signalOf(claude('UserPromptSubmit'), { env })?.attended).toBe(false)
    expect(
      signalOf(claude('UserPromptSubmit'), { env: { CLAUDE_CODE_ENTRYPOINT: 'sdk-cli' } })?.attended,
    ).toBe(false)
    expect(signalOf(claude('UserPromptSubmit'))?.attended).toBe(true)
    expect(signalOf({ turn_id: 'u', session_id: 'x', hook_event_name: 'Stop' }, { env })?.attended).toBe(true)
  })

  it('pairs the calls of hosts that do not number them', () => {
    expect(call('BeforeTool', 'npm test')?.id).toBe(call('AfterTool', 'npm test')?.id)
    expect(call('BeforeTool', 'npm test')?.id).not.toBe(call('BeforeTool', 'npm run lint')?.id)
  })

  it('keeps nothing that was said or done', () => {
    const secret = 'the-secret-of-acme'
    const said = [
      'prompt',
      'tool_input',
      'tool_response',
      'last_assistant_message',
      'user_email',
      'message',
      'error',
      'delta',
    ]
    const bait = Object.fromEntries(said.flatMap(name => [[name, secret]]))
    for (const event of [
      'UserPromptSubmit',
      'PreToolUse',
      'PostToolUse',
      'Stop',
      'StopFailure',
      'Notification',
      'SessionEnd',
    ]) {
      const payload = claude(event, { ...bait, reason: `${secret} indeed.`, model: `${secret}\n` })
      const kept = signalOf(payload)
      expect(kept).not.toBeNull()
      expect(JSON.stringify(kept)).not.toContain(secret)
    }
  })
})

describe('reading a payload', () => {
  it('keeps the top level only, the first text of a list, and of an object that there was one', () => {
    expect(
      read('{"a":"x","b":{"a":"y","c":["z"]},"d":["p","q"],"e":[{"f":"g"}],"n":1.5,"t":true,"u":null}')
        .fields,
    ).toEqual({
      a: 'x',
      b: true,
      d: 'p',
      n: 1.5,
      t: true,
    })
  })

  test.each([
    ['cut in a text', '{"session_id":"s","cwd":"/ho', { session_id: 's' }],
    ['cut in a list', '{"session_id":"s","x":[1,', { session_id: 's' }],
    ['cut after a backslash', '{"session_id":"s","x":"\\', { session_id: 's' }],
    ['empty', '', {}],
    ['an array', '["session_id","s"]', {}],
    ['null', 'null', {}],
    ['no JSON', 'hello {"a":"b"}', {}],
    ['a mark before it', '\ufeff {"a":"b"}', { a: 'b' }],
    ['escapes', String.raw`{"a\u0062":"\"\\","c":"\\\""}`, { ab: '"\\', c: '\\"' }],
    ['other alphabets', '{"cwd":"/home/ada/Zürich 東京 🚀"}', { cwd: '/home/ada/Zürich 東京 🚀' }],
    [
      'what looks like a field inside a text',
      '{"p":"\\"cwd\\":\\"/x\\"","cwd":"/y"}',
      { p: '"cwd":"/x"', cwd: '/y' },
    ],
  ])('%s', (_, json, fields) => expect(read(json).fields).toEqual(fields))

  it('knows the end of the object without the end of the file', () => {
    expect(read('{"a":{"b":[1]}}').complete).toBe(true)
    expect(read('{"a":{"b":[1]}').complete).toBe(false)
  })

  it('reads past a huge answer and a deep one', () => {
    const huge = JSON.stringify({
      a: 'x',
      tool_response: { text: '"}\\'.repeat(1_000_000) },
      tool_use_id: 't',
    })
    expect(read(huge, 65_536).fields).toEqual({ a: 'x', tool_response: true, tool_use_id: 't' })
    expect(read(`{"a":"${'x'.repeat(9000)}"}`, 777).fields).toEqual({ a: true })
    expect(read(`{"x":${'['.repeat(500_000)}${']'.repeat(500_000)},"a":"y"}`).fields).toEqual({ a: 'y' })
  })

  it('reads the same whatever pieces it comes in', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })),
        fc.integer({ min: 1, max: 9 }),
        (value, chunk) => {
          const json = JSON.stringify(value)
          expect(read(json, chunk)).toEqual(read(json))
          const scalars = Object.entries(value).filter(
            // JSON has no -0
            ([name, kept]) => name !== '__proto__' && isScalar(kept) && !Object.is(kept, -0),
          )
          expect(read(json, chunk).fields).toMatchObject(Object.fromEntries(scalars))
        },
      ),
    )
  })
})

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

test.each([
  [{ STINT_HOME: '/x' }, 'linux', '/x'],
  [{ XDG_DATA_HOME: '/data' }, 'linux', '/data/stint'],
  [{ XDG_DATA_HOME: 'data' }, 'linux', '/home/ada/.local/share/stint'],
  [{ STINT_HOME: '' }, 'linux', '/home/ada/.local/share/stint'],
  [{}, 'darwin', '/home/ada/Library/Application Support/stint'],
  [{ LOCALAPPDATA: 'C:\\Users\\ada\\AppData\\Local' }, 'win32', 'C:\\Users\\ada\\AppData\\Local\\stint'],
])('home: %j on %s is %s', (env, platform, folder) =>
  expect(homeFolder(env, platform, '/home/ada')).toBe(folder),
)
