import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { projectName, stintIn } from './database.mjs'
import { environment, floors, rounds, temporaryFolder } from './measure.mjs'
import { asked, served, serverWith, started } from './served.mjs'
import { compared } from './table.mjs'

const connections = 32
const project = projectName(0)

/** What a request costs over HTTP, beside Hono that answers the same bytes, and an SDK's server with one tool. */
export async function run({ quick }) {
  const stint = await stintServer()
  const client = clientOf()
  const answers = Object.fromEntries(
    await Promise.all(reads.map(async ({ floor, path }) => [floor, await stint.get(path)])),
  )
  const hono = await floorServer(1, answers)
  const many = await floorServer(30, {})
  const times = quick ? 500 : 3000
  const count = quick ? 5 : 15
  const load = (server, requests, of = times) =>
    client.load({ port: server.port, requests, times: of, connections })

  const figures = []
  for (const { floor, goal, method = 'GET', part = 1, path, what } of reads) {
    const ours = [stint.request(method, path)]
    const theirs = [hono.request('GET', floor)]
    const samples = await inTurns(count, {
      stint: () => load(stint, ours, times * part),
      hono: () => load(hono, theirs, times * part),
    })
    figures.push(beside(what, samples, 'bare Hono', goal))
  }
  const posts = quick ? 200 : 600
  let key = 0
  figures.push(
    beside(
      'POST /entries with an idempotency key',
      await inTurns(count, {
        stint: () =>
          load(
            stint,
            Array.from({ length: posts }, (_, at) =>
              stint.request('POST', '/api/v1/entries', bodyOf(at), { 'idempotency-key': `key ${key++}` }),
            ),
            posts,
          ),
        hono: () => load(hono, [hono.request('POST', '/insert', bodyOf(0))], posts),
      }),
      'bare Hono, one insert, same synchronous',
      1 / 0.6,
    ),
  )
  // a server each, so that V8 has seen as much of all
  const ofTools = {
    one: await toolsServer('one'),
    usual: await toolsServer('all'),
    all: await toolsServer('all'),
  }
  figures.push(...(await assistants({ count, hono, load, many, ofTools, stint, times: quick ? 200 : 400 })))
  for (const server of [stint, hono, many, ...Object.values(ofTools)]) await server.close()
  client.close()
  return figures
}

const bodyOf = at =>
  JSON.stringify({ project, date: '2026-05-19', duration: '1h30m', description: `Entry ${at}` })

const reads = [
  {
    what: 'OPTIONS /timers: a token, and nothing else',
    method: 'OPTIONS',
    path: '/api/v1/timers',
    floor: '/options',
    goal: 1 / 0.65,
  },
  { what: 'GET /timers', path: '/api/v1/timers', floor: '/timers', goal: 1 / 0.45 },
  {
    what: 'GET /entries, 100 of them',
    path: '/api/v1/entries?limit=100',
    floor: '/entries',
    goal: 1 / 0.28,
    part: 0.1,
  },
]

const said = 'io.modelcontextprotocol/'
const eras = {
  2025: { headers: { 'mcp-protocol-version': '2025-11-25' }, beside: {} },
  2026: {
    headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call' },
    beside: {
      _meta: {
        [`${said}protocolVersion`]: '2026-07-28',
        [`${said}clientInfo`]: { name: 'bench', version: '1' },
        [`${said}clientCapabilities`]: {},
      },
    },
  },
}

async function assistants({ count, hono, load, many, ofTools, stint, times }) {
  const figures = []
  for (const era of Object.keys(eras)) {
    const call = (server, path, name, input) => () =>
      load(server, [server.request('POST', path, ...message(era, name, input))], times)
    const said = { text: 'how long did I work on acme today' }
    const samples = await inTurns(count, {
      stint: call(stint, '/mcp', 'status', {}),
      hono: call(hono, '/mcp', 'echo', said),
      many: call(many, '/mcp', 'echo', said),
      one: call(ofTools.one, '/mcp', 'status', {}),
      usual: call(ofTools.usual, '/mcp', 'status', {}),
      all: call(ofTools.all, '/mcp?toolsets=track,report,billing,more,admin', 'status', {}),
    })
    figures.push(beside(`a tool call over MCP, ${era} era: status`, samples, "SDK's echo, 1 tool", 1.3))
    const ours = { beside: 'the same server, 1 tool', theirs: samples.one, unit: 'µs', goal: 1.1 }
    figures.push(
      compared({ ...ours, what: `MCP, ${era} era, the tools offered by default`, ours: samples.usual }),
      compared({ ...ours, what: `MCP, ${era} era, all tools`, ours: samples.all }),
      compared({
        what: `MCP, ${era} era, SDK's echo, 30 tools`,
        ours: samples.many,
        beside: '1 tool',
        theirs: samples.hono,
        unit: 'µs',
      }),
    )
  }
  return figures
}

function message(era, name, input) {
  const { beside: more, headers } = eras[era]
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: input, ...more } }
  return [
    JSON.stringify(body),
    {
      ...headers,
      accept: 'application/json, text/event-stream',
      ...(era === '2026' && { 'mcp-name': name }),
    },
  ]
}

/** The first rounds warm up. */
async function inTurns(count, subjects) {
  for (const take of Object.values(subjects)) for (let at = 0; at < 3; at++) await take()
  return rounds(count, subjects)
}

const beside = (what, { hono, stint }, whom, goal) =>
  compared({ what, ours: stint, beside: whom, theirs: hono, unit: 'µs', goal: Number(goal.toFixed(2)) })

async function stintServer() {
  const home = temporaryFolder()
  stintIn(home, 'start', project, '--auto-create')
  for (let day = 1; day <= 28; day++)
    for (const hours of ['1h', '30m', '45m', '2h'])
      stintIn(home, 'log', project, '--date', `2026-04-${String(day).padStart(2, '0')}`, '--duration', hours)
  return served(home)
}

async function toolsServer(which) {
  const home = temporaryFolder()
  stintIn(home, 'start', project, '--auto-create')
  return served(home, await serverWith(which))
}

async function floorServer(tools, answers) {
  const file = join(temporaryFolder(), 'floor.db')
  return asked(
    await started([`${floors}/http-server.mjs`, file, String(tools)], {}, JSON.stringify(answers)),
    {},
  )
}

function clientOf() {
  const child = spawn(process.execPath, [`${floors}/http-load.mjs`], {
    env: environment(),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async load(job) {
      child.stdin.write(`${JSON.stringify(job)}\n`)
      const { done, value } = await lines.next()
      if (done) throw new Error('The client broke off.')
      return Number(value)
    },
    close: () => child.stdin.end(),
  }
}
