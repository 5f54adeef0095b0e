import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { listen } from '../../src/rest/listen.ts'
import { server } from '../support/server.ts'

interface Said {
  status: number
  body: string
}

/** Writes pieces as they are, and reads until the other side hangs up. */
function talk(port: number, pieces: Iterable<string | Buffer>, every = 0): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = ''
    const socket = connect(port, '127.0.0.1', () => void write())
    const write = async (): Promise<void> => {
      for (const piece of pieces) {
        if (socket.destroyed || socket.writableEnded) return
        if (!socket.write(piece))
          await new Promise(drained => socket.once('drain', drained).once('close', drained))
        if (every > 0) await new Promise(passed => setTimeout(passed, every))
      }
    }
    socket.on('data', data => (heard += String(data)))
    socket.on('close', () => resolve(heard))
    // whoever is cut off while they talk hears of it in this way
    socket.on('error', error => (/ECONNRESET|EPIPE/.test(String(error)) ? undefined : reject(error)))
  })
}

const answers = (heard: string): Said[] =>
  heard
    .split(/(?=HTTP\/1\.1 \d{3} )/)
    .map(one => ({ status: Number(one.slice(9, 12)), body: one.slice(one.indexOf('\r\n\r\n') + 4) }))

const head = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`

async function given() {
  const { origin, owner, port, send } = await server()
  const known = ['Host: 127.0.0.1', `Authorization: Bearer ${owner}`]
  return { known, origin, port, send, isWell: async () => (await send('GET /v1/me')).status === 200 }
}

describe('over a bare connection', () => {
  test('several requests at once are answered in their order', async () => {
    const { known, port } = await given()
    const get = (path: string, ...more: string[]) => head(`GET ${path} HTTP/1.1`, ...known, ...more)
    const heard = await talk(port, [
      get('/api/v1/me') + get('/api/v1/moon') + get('/healthz') + get('/api/v1/clients', 'Connection: close'),
    ])
    expect(answers(heard).map(one => one.status)).toEqual([200, 404, 200, 200])
    expect(heard.split('"member"')).toHaveLength(2)
    expect(answers(heard)[3]?.body).toContain('"clients":[]')
  })

  test.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'malformed'],
    ['TLS', Buffer.from('160301020001000001fc0303', 'hex'), 400, 'malformed'],
    ['a header without a name', head('GET / HTTP/1.1', ': x'), 400, 'malformed'],
    [
      'one long header',
      head('GET / HTTP/1.1', 'Host: 127.0.0.1', `X: ${'x'.repeat(20_000)}`),
      413,
      'too_large',
    ],
    [
      'a flood of headers',
      head('GET / HTTP/1.1', ...Array.from({ length: 3000 }, (_, at) => `X-${at}: y`)),
      413,
      'too_large',
    ],
    ['a long address', head(`GET /${'a'.repeat(20_000)} HTTP/1.1`, 'Host: 127.0.0.1'), 413, 'too_large'],
    [
      'a length that is none',
      head('POST /api/v1/clients HTTP/1.1', 'Host: 127.0.0.1', 'Content-Length: ten'),
      400,
      'malformed',
    ],
  ])('%s gets its answer and no more', async (_, said, status, code) => {
    const { isWell, port } = await given()
    const [answer] = answers(await talk(port, [said]))
    expect(answer?.status).toBe(status)
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ error: { code } })
    expect(await isWell()).toBe(true)
  })

  test.each(['Content-Length: 10485760', 'Transfer-Encoding: chunked'])(
    'ten megabytes (%s) are not read to their end',
    async length => {
      const { isWell, known, port } = await given()
      const isChunked = length.startsWith('T')
      const piece = 'x'.repeat(65_536)
      let written = 0
      const heard = await talk(
        port,
        (function* () {
          yield head('POST /api/v1/clients HTTP/1.1', ...known, 'Content-Type: application/json', length)
          for (let at = 0; at < 160; at++) {
            written++
            yield isChunked ? `10000\r\n${piece}\r\n` : piece
          }
        })(),
      )
      expect(answers(heard)[0]).toMatchObject({ status: 413 })
      expect(heard).toContain('"too_large"')
      expect(written).toBeLessThan(160)
      expect(await isWell()).toBe(true)
    },
  )

  test('a body that breaks off changes nothing', async () => {
    const { known, port, send } = await given()
    const socket = connect(port, '127.0.0.1')
    socket.write(
      `${head('POST /api/v1/clients HTTP/1.1', ...known, 'Content-Type: application/json', 'Content-Length: 100')}{"name":`,
    )
    await new Promise(resolve => socket.once('connect', resolve))
    socket.destroy()
    expect((await send('GET /v1/clients')).body).toMatchObject({ clients: [] })
  })

  test('who says a letter now and then is cut off, also amid a body', async () => {
    const limits = { headersTimeout: 150, requestTimeout: 300, connectionsCheckingInterval: 50 }
    const slow = await listen(async () => new Response('{}'), { host: '127.0.0.1', port: 0 }, limits)
    onTestFinished(() => slow.close(0))
    const letters = 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: '.padEnd(10_000, 'x')
    expect(answers(await talk(slow.port, letters, 20))[0]).toMatchObject({ status: 400 })
    const reading = await listen(
      async (_, incoming) => {
        for await (const piece of incoming) void piece
        return new Response('{}')
      },
      { host: '127.0.0.1', port: 0 },
      limits,
    )
    onTestFinished(() => reading.close(0))
    const start = head('POST / HTTP/1.1', 'Host: 127.0.0.1', 'Content-Length: 100000')
    const heard = await talk(reading.port, [start, ...Array.from({ length: 10_000 }, () => 'x')], 20)
    expect(heard).not.toContain('HTTP/1.1 200')
  })
})

describe('a body', () => {
  test.each([
    ['{', 'application/json', 400],
    ['[1]', 'application/json', 400],
    ['"text"', 'application/json', 400],
    ['null', 'application/json', 400],
    [`${'['.repeat(100_000)}`, 'application/json', 400],
    [`{"name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'application/json', 422],
    ['{"name":"A","name":"B"}', 'application/json', 201],
    ['{"__proto__":{"name":"x"},"name":"C"}', 'application/json', 422],
    ['{"name":"D"}', 'text/plain', 415],
    ['{"name":"D"}', 'application/x-www-form-urlencoded', 415],
    ['{"name":"D"}', 'application/json; charset=utf-16', 415],
    ['name=D', 'multipart/form-data; boundary=x', 415],
  ])('%.40s as %s: %i', async (body, type, status) => {
    const { send } = await server()
    const received = await send('POST /v1/clients', { body, headers: { 'content-type': type } })
    expect(received.status).toBe(status)
  })
})
