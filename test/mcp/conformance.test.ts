import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { appsOf } from '../../src/commands/serve.ts'
import { type McpOverHttp, mcpOverHttp } from '../../src/mcp/http.ts'
import { server } from '../support/server.ts'
import { conformance } from './conformance.ts'
import { furnishedServer } from './fixtures.ts'

// Run by `npm run test:suites`.

/** What is not offered, and why. Whatever else fails is a fault; so is one of these that passes, until it is taken out. */
const older = {
  'server-session-lifecycle':
    'Nothing is tested: it comes as a host that cannot ask anybody, and such a one is given no session.',
  'server-sse-polling':
    'An answer that was cut off is not kept to be sent again: answers take milliseconds. Recommended, not required.',
}

const tasks = 'An extension for work of minutes to hours; no tool here takes longer than a host waits.'
const extensions = {
  'http-custom-header-server-validation':
    'For servers with a parameter that goes into a header too, for those who stand between; no tool here has one.',
  'tasks-capability-negotiation': tasks,
  'tasks-dispatch-and-envelope': tasks,
  'tasks-lifecycle': tasks,
  'tasks-mrtr-composition': tasks,
  'tasks-mrtr-input': tasks,
  'tasks-request-headers': tasks,
  'tasks-request-state-removal': tasks,
  'tasks-required-task-error': tasks,
  'tasks-status-notifications': 'The suite tests nothing in it yet.',
  'tasks-wire-fields': tasks,
}

describe.runIf(process.env.STINT_SUITES)('the conformance suite of the protocol', () => {
  test.each([
    ['0.1.16', [], 30, {}],
    ['0.2.0-alpha.12', ['2025-11-25'], 33, older],
    ['0.2.0-alpha.12', ['2026-07-28'], 50, extensions],
  ])('%s %j finds nothing missing but what is not offered', async (version, revision, all, missing) => {
    const results = mkdtempSync(join(tmpdir(), 'stint-conformance-'))
    onTestFinished(() => rmSync(results, { recursive: true, force: true }))
    const wanted = revision.flatMap(one => ['--requirements', one])
    const scenarios = await conformance(version, await furnished(), results, wanted)
    const failed = scenarios.filter(one => one.failures.length > 0 || one.passed === 0)
    expect(scenarios).toHaveLength(all)
    expect(failed.map(one => one.name).toSorted(), JSON.stringify(failed, null, 1)).toEqual(
      Object.keys(missing).toSorted(),
    )
  })
})

/** Our server with the tools of the suites on it. */
async function furnished(): Promise<string> {
  let mcp: McpOverHttp | undefined
  const given = await server({
    projects: ['Acme'],
    mcp: (...told) => mcp?.answer(...told) ?? Promise.reject(new Error('Too early.')),
  })
  mcp = mcpOverHttp(
    given.app,
    appsOf(given.app, () => given.principal),
    furnishedServer,
  )
  onTestFinished(() => mcp?.close())
  return `http://127.0.0.1:${await letIn(given.port, given.owner)}/mcp`
}

/** The suites know no tokens: each request is given one on its way, and is left as it is in all else. */
async function letIn(port: number, token: string): Promise<number> {
  const pass = ({ headers, method, url }: IncomingMessage) =>
    request({ port, method, path: url, headers: { ...headers, authorization: `Bearer ${token}` } })
  const porter = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    const onward = pass(incoming).on('response', response => {
      outgoing.writeHead(response.statusCode ?? 500, response.headers)
      outgoing.flushHeaders()
      response.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    outgoing.on('close', () => onward.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>(resolve => porter.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    porter.closeAllConnections()
    porter.close()
  })
  // it listens on a port
  return (porter.address() as AddressInfo).port
}
