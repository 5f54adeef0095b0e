import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { projectName, stintIn } from './database.mjs'
import { environment, floors, program, rounds, temporaryFolder } from './measure.mjs'
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
  const bodies = at =>
    JSON.stringify({ project, date: '2026-05-19', duration: '1h30m', description: `Entry ${at}` })
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
              stint.request('POST', '/api/v1/entries', bodies(at), { 'idempotency-key': `key ${key++}` }),
            ),
            posts,
          ),
        hono: () => load(hono, [hono.request('POST', '/insert', bodies(0))], posts),
      }),
      'bare Hono, one insert, same synchronous',
      1 / 0.6,
    ),
  )
  figures.push(...(await assistants({ client, count, hono, load, many, stint, times: quick ? 200 : 400 })))
  for (const server of [stint, hono, many]) await server.close()
  client.close()
  return figures
}

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

async function assistants({ count, hono, load, many, stint, times }) {
  const figures = []
  for (const era of Object.keys(eras)) {
    const call = (server, name, input) => [server.request('POST', '/mcp', ...message(era, name, input))]
    const samples = await inTurns(count, {
      stint: () => load(stint, call(stint, 'status', {}), times),
      hono: () => load(hono, call(hono, 'echo', { text: 'how long did I work on acme today' }), times),
      many: () => load(many, call(many, 'echo', { text: 'how long did I work on acme today' }), times),
      few: () =>
        load(
          stint,
          [stint.request('POST', '/mcp?toolsets=admin', ...message(era, 'list_tokens', {}))],
          times,
        ),
      all: () =>
        load(
          stint,
          [
            stint.request(
              'POST',
              '/mcp?toolsets=track,report,billing,more,admin',
              ...message(era, 'list_tokens', {}),
            ),
          ],
          times,
        ),
    })
    figures.push(beside(`a tool call over MCP, ${era} era: status`, samples, "SDK's echo, 1 tool", 1.3))
    figures.push(
      compared({
        what: `MCP, ${era} era, all tools`,
        ours: samples.all,
        beside: 'a few tools',
        theirs: samples.few,
        unit: 'µs',
        goal: 1.1,
      }),
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

export async function served(home) {
  const server = await started([program, 'serve', '--port', '0', '--rate-limit', 'off'], { STINT_HOME: home })
  const token = readFileSync(join(home, 'token'), 'utf8').trim()
  return asked(server, { authorization: `Bearer ${token}` })
}

async function floorServer(tools, answers) {
  const file = join(temporaryFolder(), 'floor.db')
  return asked(
    await started([`${floors}/http-server.mjs`, file, String(tools)], {}, JSON.stringify(answers)),
    {},
  )
}

function asked({ child, port }, usual) {
  const head = (method, path, more) =>
    [
      `${method} ${path} HTTP/1.1`,
      `host: 127.0.0.1:${port}`,
      ...Object.entries({ ...usual, ...more }).map(([name, value]) => `${name}: ${value}`),
    ].join('\r\n')
  return {
    child,
    port,
    request(method, path, body, more = {}) {
      if (body === undefined) return `${head(method, path, more)}\r\n\r\n`
      const about = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...more }
      return `${head(method, path, about)}\r\n\r\n${body}`
    },
    async get(path) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: usual })
      const own = new Set([
        'date',
        'connection',
        'keep-alive',
        'content-length',
        'transfer-encoding',
        'x-request-id',
      ])
      const headers = Object.fromEntries([...response.headers].filter(([name]) => !own.has(name)))
      return { status: response.status, headers, body: await response.text() }
    },
    close: () => new Promise(resolve => child.on('close', resolve).kill()),
  }
}

/** A program that says on which port it listens. */
function started(words, env, input = '') {
  const child = spawn(process.execPath, words, {
    env: environment({ NODE_ENV: 'production', ...env }),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', () => reject(new Error(`${words.join(' ')} ended.`)))
    let heard = ''
    child.stdout.on('data', chunk => {
      heard += String(chunk)
      const [, port] = /(?:127\.0\.0\.1:|^)(\d+)\n/.exec(heard) ?? []
      if (port !== undefined) resolve({ child, port: Number(port) })
    })
  })
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
