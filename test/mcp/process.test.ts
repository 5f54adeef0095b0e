import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { envelope, Host, newHome } from './host.ts'

const ping = (id: string): string => JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' })
const databaseIn = (home: string): string => join(home, 'data', 'stint.db')

describe('introduction', () => {
  test.each(['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07', '1999-01-01'])(
    'the first answer to a host that speaks %s is the one that the SDK gives',
    async version => {
      const host = await Host.open(newHome())
      const first = await host.initialize(version)
      expect(first.result.protocolVersion).toBe(version === '1999-01-01' ? '2025-11-25' : version)
      const second = await host.initialize(version)
      expect(first.result).toEqual(second.result)
    },
  )

  test('the first answer to a host of the 2026 era is the one that the SDK gives', async () => {
    const host = await Host.open(newHome())
    const first = await host.ask('server/discover', envelope())
    const second = await host.ask('server/discover', envelope())
    expect(first.result).toEqual(second.result)
    expect(first.result).toMatchObject({ supportedVersions: ['2026-07-28'], resultType: 'complete' })
  })

  test('it is given once', async () => {
    const host = await Host.open(newHome())
    await host.initialize()
    await host.ask('tools/list')
    expect(host.lines).toHaveLength(2)
  })

  test('a host that probes the newer era and falls back to the older is served', async () => {
    const host = await Host.open(newHome())
    await host.ask('server/discover', envelope())
    const { result } = await host.initialize()
    expect(result.protocolVersion).toBe('2025-06-18')
    expect((await host.ask('tools/list')).result.tools.length).toBeGreaterThan(20)
  })

  test('first words that are not in order are refused', async () => {
    const host = await Host.open(newHome())
    const answer = await host.ask('initialize', { protocolVersion: 7 })
    expect(answer.error).toBeDefined()
  })

  test('introducing itself and listing tools does not touch the disk', async () => {
    const home = newHome()
    const host = await Host.open(home)
    await host.initialize()
    for (const what of ['tools', 'prompts', 'resources']) await host.ask(`${what}/list`)
    expect(existsSync(join(home, 'data'))).toBe(false)
  })
})

describe('the end', () => {
  test('comes at once when the host closes its end', async () => {
    const host = await Host.open(newHome())
    await host.initialize()
    await host.call('start_timer', { project: 'acme', auto_create: true })
    host.process.stdin.end()
    const { code, ms } = await host.ended()
    expect(code).toBe(0)
    expect(ms).toBeLessThan(1000)
    host.expectOnlyProtocol()
  })

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('comes at once with %s', async signal => {
    const host = await Host.open(newHome())
    await host.initialize()
    await host.call('list_projects')
    host.process.kill(signal)
    const { code, ms } = await host.ended()
    expect(code).toBe(0)
    expect(ms).toBeLessThan(1000)
  })

  test('waits for what is in hand, so that no change goes unanswered', async () => {
    const host = await Host.open(newHome())
    void host.initialize()
    const answers = ['a', 'b', 'c'].map(project => host.call('start_timer', { project, auto_create: true }))
    host.process.stdin.end()
    const names = (await Promise.all(answers)).map(one => one.structuredContent.timer.project.name)
    expect(names).toEqual(['a', 'b', 'c'])
    expect(await host.ended()).toMatchObject({ code: 0 })
  })

  test('does not wait for a subscription', async () => {
    const host = await Host.open(newHome())
    await host.ask('server/discover', envelope())
    void host.ask('subscriptions/listen', { ...envelope(), notifications: { toolsListChanged: true } })
    await host.ask('tools/list', envelope())
    host.process.stdin.end()
    expect((await host.ended()).ms).toBeLessThan(500)
  })

  test('comes when the host does not read any more', async () => {
    const host = await Host.open(newHome())
    await host.initialize()
    host.process.stdout.destroy()
    host.say({ id: 99, method: 'tools/list' })
    expect((await host.ended()).ms).toBeLessThan(2000)
  })

  test('comes when a host leaves without a word', async () => {
    const host = await Host.open(newHome())
    host.process.stdin.end()
    expect((await host.ended()).code).toBe(0)
  })
})

describe('trouble', () => {
  test('lines that are no messages are dropped, and the rest is served', async () => {
    const host = await Host.open(newHome())
    await host.initialize()
    for (const line of [
      'nonsense',
      '[]',
      '{}',
      '{"jsonrpc":"2.0"}',
      '{"jsonrpc":"2.0","id":null,"method":"ping"}',
      '',
    ]) {
      host.say(line)
    }
    expect((await host.ask('tools/list')).result.tools.length).toBeGreaterThan(20)
    host.expectOnlyProtocol()
  })

  test.each([
    ['{"jsonrpc":"2.0","id":', -32700, null],
    ['[{"jsonrpc":"2.0","id":7,"method":"ping"}]', -32600, null],
    ['{"jsonrpc":"2.0","id":7,"method":5}', -32600, 7],
    ['{"jsonrpc":"2.0","id":"seven","method":"ping","params":5}', -32600, 'seven'],
    ['{"jsonrpc":"2.0","id":"seven","method":"ping","params":[]}', -32600, 'seven'],
    ['{"jsonrpc":"1.0","id":7,"method":"ping"}', -32600, 7],
    ['{"jsonrpc":"2.0","id":7.5,"method":"ping"}', -32600, null],
    ['{"jsonrpc":"1.0","id":7,"result":{}}', -32600, null],
  ])('%s is refused, so that nobody waits for its answer', async (line, code, id) => {
    const host = await Host.open(newHome())
    await host.initialize()
    const answer = host.answerTo(id)
    host.say(line)
    expect(await answer).toEqual({ jsonrpc: '2.0', id, error: { code, message: expect.any(String) } })
    expect((await host.ask('ping')).result).toEqual({})
  })

  test('a version that is not served is refused at any time, with those that are', async () => {
    const host = await Host.open(newHome())
    const future = { _meta: { ...envelope()._meta, 'io.modelcontextprotocol/protocolVersion': '2099-01-01' } }
    for (const first of [future, envelope()]) {
      await host.ask('server/discover', first)
      expect((await host.ask('tools/list', future)).error).toMatchObject({
        code: -32022,
        data: { supported: ['2026-07-28'], requested: '2099-01-01' },
      })
    }
    expect((await host.ask('tools/list', envelope())).result.tools.length).toBeGreaterThan(20)
  })

  test('a message may come in pieces, and several at once', async () => {
    const host = await Host.open(newHome())
    await host.initialize()
    const both = Promise.all([host.answerTo('ü'), host.answerTo('v')])
    const bytes = Buffer.from(`${ping('ü')}\r\n\n${ping('v')}\n`)
    const middle = bytes.indexOf('ü') + 1
    host.process.stdin.write(bytes.subarray(0, middle))
    await new Promise(resolve => setImmediate(resolve))
    host.process.stdin.write(bytes.subarray(middle))
    expect(await both).toMatchObject([{ result: {} }, { result: {} }])
  })

  test('a broken database is an answer to the call, not the end of the server', async () => {
    const home = newHome()
    mkdirSync(join(home, 'data'))
    writeFileSync(databaseIn(home), 'this is no database, and long enough to be seen as none. '.repeat(100))
    const host = await Host.open(home)
    await host.initialize()
    const { isError, structuredContent } = await host.call('list_projects')
    expect(isError).toBe(true)
    expect(structuredContent.error.code).toBe('internal')
    expect((await host.ask('tools/list')).result.tools.length).toBeGreaterThan(20)
    host.expectOnlyProtocol()
  })

  test('an unknown toolset is told, and stops the start', async () => {
    const host = await Host.open(newHome(), 'track,magic')
    expect(await host.ended()).toMatchObject({ code: 2 })
    expect(host.stderr).toContain(
      'Unknown toolset: magic. Known toolsets: track, report, billing, more, admin.',
    )
    expect(host.lines).toEqual([])
  })
})

test('only the tools of the chosen toolsets are there', async () => {
  const host = await Host.open(newHome(), 'report')
  await host.initialize()
  const { tools } = (await host.ask('tools/list')).result
  expect(tools.map((one: { name: string }) => one.name)).toContain('get_report')
  expect(tools.map((one: { name: string }) => one.name)).not.toContain('start_timer')
  const { error } = await host.ask('tools/call', { name: 'start_timer', arguments: {} })
  expect(error).toMatchObject({ code: -32602 })
  expect(error.message).toContain('`stint mcp --toolsets` has to name track')
})

test('two servers work on one database at once', async () => {
  const home = newHome()
  const hosts = [await Host.open(home), await Host.open(home)]
  await Promise.all(hosts.map(one => one.initialize()))
  const started = await Promise.all(
    hosts.flatMap((one, at) =>
      Array.from({ length: 5 }, (_, n) =>
        one.call('start_timer', { project: `p${at} ${n}`, auto_create: true }),
      ),
    ),
  )
  expect(started.filter(one => one.isError)).toEqual([])
  const [first, second] = await Promise.all(hosts.map(one => one.call('status')))
  expect(first.structuredContent.timers).toHaveLength(10)
  expect(second.structuredContent.timers).toHaveLength(10)
})
