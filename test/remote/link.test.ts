import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { linkTo } from '../../src/remote/link.ts'
import { problemOf } from '../../src/remote/problem.ts'

/** Something that answers, and how often it was asked. */
async function answering(listener: RequestListener) {
  let asked = 0
  const server = createServer((request, response) => {
    asked++
    listener(request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const link = linkTo(url, '0.1.0', () => 'stint_secret')
  const ask = () => link.ask({ method: 'GET', path: '/me', headers: {} }, 3)
  return { ask, url, count: () => asked }
}

test('who is busy, or hangs up, is asked again, three times in all', async () => {
  const replies: RequestListener[] = [
    (_, response) => response.writeHead(503, { 'retry-after': '0.1' }).end(),
    request => request.socket.destroy(),
    (_, response) => response.writeHead(200, { 'stint-version': '0.1.0' }).end('{}'),
  ]
  const { ask, count } = await answering((request, response) => replies[count() - 1]?.(request, response))
  expect(await ask()).toMatchObject({ status: 200 })
  expect(count()).toBe(3)
})

test('who says to come back much later is believed', async () => {
  const { ask, count, url } = await answering((_, response) =>
    response.writeHead(503, { 'retry-after': '3600' }).end('<html>'),
  )
  const error = problemOf(url, await ask())
  expect(error).toMatchObject({ code: 'internal' })
  expect(error.message).toBe(`${url} cannot be reached: it answers with status 503, and not as stint does.`)
  expect(count()).toBe(1)
})

test('what is said is not asked again, and no redirection is followed', async () => {
  const { ask, count, url } = await answering((_, response) =>
    response.writeHead(302, { location: 'https://evil.example/api' }).end(),
  )
  expect(problemOf(url, await ask()).message).toBe(`${url} leads elsewhere: https://evil.example/api.`)
  expect(count()).toBe(1)
})

test('nobody there is told in a sentence without the token', async () => {
  const { url } = await answering(request => request.socket.destroy())
  const link = linkTo(url, '0.1.0', () => 'stint_secret')
  const error: unknown = await link.ask({ method: 'GET', path: '/me', headers: {} }, 1).catch(String)
  expect(error).toBe(`AppError: ${url} cannot be reached: ECONNRESET.`)
})

test('a page that wants somebody to sign in to the network is no answer', async () => {
  const { ask, url } = await answering((_, response) => response.end('<html>'))
  await expect(ask()).rejects.toThrow(`${url} cannot be reached: what answers there is no stint.`)
})

test.each([
  ['0.0.9', '0.1.0', true],
  ['0.1.7', '0.1.0', false],
  ['0.9.0', '1.0.0', true],
  ['1.2.0', '1.9.0', false],
  ['2.0.0', '1.0.0', false],
])('a server of %s is too old for %s: %s', async (theirs, ours, isTooOld) => {
  const { url } = await answering((_, response) => response.writeHead(200, { 'stint-version': theirs }).end())
  const asked = linkTo(url, ours, () => 't').ask({ method: 'GET', path: '/me', headers: {} }, 1)
  if (isTooOld) await expect(asked).rejects.toThrow(`runs stint ${theirs}, which is too old`)
  else expect(await asked).toMatchObject({ status: 200 })
})
