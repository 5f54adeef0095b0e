import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { afterAll, beforeEach, describe, expect, it, test } from 'vitest'
import { homeFolder } from '../src/domain/home.ts'

const folder = mkdtempSync(join(tmpdir(), 'stint-hook-'))
const hook = join(folder, 'hook.cjs')
buildSync({
  entryPoints: ['src/hook.ts'],
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  outfile: hook,
  minify: true,
})

let home = ''
beforeEach(() => {
  home = mkdtempSync(join(folder, 'home-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Run {
  code: number | null
  printed: string
}

function run(
  give: (child: ChildProcess) => void,
  options: { args?: string[]; env?: Record<string, string>; node?: string[] } = {},
): Promise<Run> {
  const child = spawn(
    process.execPath,
    [...(options.node ?? []), hook, ...(options.args ?? ['--home', home])],
    {
      env: { PATH: process.env.PATH, HOME: folder, ...options.env },
    },
  )
  let printed = ''
  child.stdout.on('data', chunk => (printed += String(chunk)))
  child.stderr.on('data', chunk => (printed += String(chunk)))
  child.stdin.on('error', () => undefined)
  give(child)
  return new Promise(resolve => child.on('close', code => resolve({ code, printed })))
}

const say = (text: string) => (child: ChildProcess) => child.stdin?.end(text)
const sayInPieces = (text: string) => (child: ChildProcess) => {
  child.stdin?.write(text.slice(0, 777), () => child.stdin?.end(text.slice(777)))
}
const stop = (more: Record<string, unknown> = {}) =>
  JSON.stringify({ session_id: 's1', cwd: '/acme', hook_event_name: 'Stop', ...more })
const silent = { code: 0, printed: '' }

function spooled(at = home): unknown[] {
  const spool = join(at, 'spool')
  return readdirSync(spool).map(name => JSON.parse(readFileSync(join(spool, name), 'utf8')))
}

describe('the hook', () => {
  it('leaves one private file, whole, and says nothing', async () => {
    expect(await run(say(stop()))).toEqual(silent)
    expect(spooled()).toMatchObject([
      { kind: 'stop', host_session: 's1', directory: '/acme', at: expect.any(Number) },
    ])
    const [name = ''] = readdirSync(join(home, 'spool'))
    expect(name).toMatch(/^\d{13}-[a-z0-9]+\.json$/)
    expect(statSync(join(home, 'spool')).mode & 0o777).toBe(0o700)
    expect(statSync(join(home, 'spool', name)).mode & 0o777).toBe(0o600)
  })

  it('does not wait for the end of the file', async () => {
    expect(await run(child => child.stdin?.write(stop()))).toEqual(silent)
    expect(spooled()).toHaveLength(1)
  })

  it('waits a moment for the rest, and no longer', async () => {
    expect(await run(child => child.stdin?.write(stop().slice(0, -1)))).toEqual(silent)
    expect(spooled()).toHaveLength(1)
  })

  it('reads what it was given while the machine stood still', async () => {
    const later = join(folder, 'later.cjs')
    writeFileSync(
      later,
      'let looks = 0; const real = Date.now; Date.now = () => real() + (looks++ ? 60000 : 0)',
    )
    expect(await run(say(stop()), { node: ['--require', later] })).toEqual(silent)
    expect(spooled()).toHaveLength(1)
  })

  it('reads past an answer of many megabytes', async () => {
    const payload = stop({
      hook_event_name: 'PostToolUse',
      tool_response: 'x'.repeat(20_000_000),
      tool_use_id: 't1',
    })
    expect(await run(say(payload))).toEqual(silent)
    expect(spooled()).toMatchObject([{ kind: 'work', tool: { id: 't1', open: false } }])
  })

  test.each([
    ['nothing', ''],
    ['no JSON', 'hello'],
    ['an array', '[]'],
    ['null', 'null'],
    ['half of it', '{"session_id":"s1","hook_ev'],
    ['an event that means nothing', stop({ hook_event_name: 'MessageDisplay' })],
    ['deep nesting', `{"a":${'['.repeat(200_000)}`],
    ['bytes', '\u0000\u0001\ufffd'],
  ])('writes nothing for %s', async (_, payload) => {
    expect(await run(say(payload))).toEqual(silent)
    expect(readdirSync(home)).toEqual([])
  })

  it('is silent when it cannot write', async () => {
    const file = join(home, 'file')
    writeFileSync(file, '')
    expect(await run(say(stop()), { args: ['--home', file] })).toEqual(silent)
  })

  it('is silent when nobody listens and nobody speaks', async () => {
    const child = spawn(process.execPath, [hook, '--home', home], { stdio: 'ignore' })
    expect(await new Promise(resolve => child.on('close', resolve))).toBe(0)
  })

  it('reads a file and a pipe of the shell alike', async () => {
    const payload = join(home, 'payload.json')
    writeFileSync(payload, stop())
    for (const line of ['"$0" "$1" --home "$2" < "$3"', 'cat "$3" | "$0" "$1" --home "$2"']) {
      const child = spawn('sh', ['-c', line, process.execPath, hook, home, payload], { stdio: 'ignore' })
      expect(await new Promise(resolve => child.on('close', resolve))).toBe(0)
    }
    expect(spooled()).toHaveLength(2)
  })

  it('finds its home in the environment, and its host in the command', async () => {
    const args = ['--host', 'codex']
    expect(await run(say(stop()), { args, env: { STINT_HOME: home } })).toEqual(silent)
    expect(spooled()).toMatchObject([{ host: 'codex' }])
  })

  it('knows the end of a tool that has no number by what was asked, however the host cut it', async () => {
    const long = 'x'.repeat(200_000)
    const asked = (event: string, letter: string) =>
      stop({ hook_event_name: event, tool_input: { code: `${long}${letter}${'"'.repeat(999)}` } })
    await run(say(asked('PreToolUse', 'a')))
    await run(sayInPieces(asked('PostToolUse', 'a')))
    await run(say(asked('PostToolUse', 'b')))
    const told = spooled().map(one => JSON.stringify(one))
    const ids = new Set(told.map(one => /"tool":{"id":"(\w{1,7})"/.exec(one)?.[1]))
    expect(ids.size).toBe(2)
  })

  it('finds out that nobody sits before Codex from how its log begins', async () => {
    const attended = async (log: string) => {
      const transcript_path = join(home, 'rollout.jsonl')
      writeFileSync(transcript_path, `{"type":"session_meta","payload":{"cwd":"/acme",${log}}\n`)
      await run(say(stop({ transcript_path })), { args: ['--home', home, '--host', 'codex'] })
      const [signal] = spooled()
      rmSync(join(home, 'spool'), { recursive: true })
      return signal
    }
    expect(await attended('"source":"exec"')).toMatchObject({ host: 'codex', attended: false })
    expect(await attended('"source":"mcp"')).toMatchObject({ attended: false })
    expect(await attended('"source":"cli"')).toMatchObject({ attended: true })
    expect(await attended(String.raw`"source":"cli","say":"\"source\":\"exec\""`)).toMatchObject({
      attended: true,
    })
    expect(await attended(`"say":"${'x'.repeat(9000)}","source":"exec"`)).toMatchObject({ attended: true })
    const args = ['--home', home, '--host', 'codex']
    expect(await run(say(stop({ transcript_path: '/not/there' })), { args })).toEqual(silent)
    expect(spooled()).toMatchObject([{ attended: true }])
  })

  it('writes into the data folder of the system where no other home is named', async () => {
    const env = { HOME: home, USERPROFILE: home }
    expect(await run(say(stop()), { args: [], env })).toEqual(silent)
    expect(spooled(homeFolder({}, process.platform, home))).toHaveLength(1)
  })

  it.runIf(process.platform === 'linux')('gives up where no folder can be made', async () => {
    expect(await run(say(stop()), { args: ['--home', '/proc/stint/home'] })).toEqual(silent)
    expect(await run(say(stop()), { args: ['--home', '/dev/null/stint'] })).toEqual(silent)
  })

  it('makes all the folders above it', async () => {
    const deep = join(home, 'a b', 'ü')
    expect(await run(say(stop()), { args: ['--home', deep] })).toEqual(silent)
    expect(spooled(deep)).toHaveLength(1)
  })

  it('stays small', () => {
    expect(statSync(hook).size).toBeLessThan(16_000)
    const loaded = readFileSync(hook, 'utf8').match(/(require|getBuiltinModule)\("[^"]+"\)/g)
    expect(loaded).toEqual(['require("node:fs")', 'getBuiltinModule("node:os")'])
  })
})
