import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { open } from '../../src/commands/open.ts'
import { ownProgram } from './given.ts'

async function served(): Promise<number> {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/api/v1/docs' ? 200 : 404).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  // it listens on a port
  return (server.address() as AddressInfo).port
}

test('the address of the server is told where nobody sits before a terminal', async () => {
  const { home, program } = await ownProgram()
  const port = await served()
  writeFileSync(join(home, 'config.json'), JSON.stringify({ port, host: '127.0.0.1' }))
  const url = `http://127.0.0.1:${port}/api/v1/docs`
  expect(await open(program)).toEqual({ output: { url, opened: false }, page: url })
})

test('what does not run is not opened', async () => {
  const { home, program } = await ownProgram()
  writeFileSync(join(home, 'config.json'), '{"port": 9}')
  await expect(open(program)).rejects.toMatchObject({
    code: 'not_found',
    message: 'Nothing answers at http://127.0.0.1:9.',
    hint: 'Start it with `stint serve`.',
  })
})
