import { serve } from '@hono/node-server'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import Database from 'better-sqlite3'
import { Hono } from 'hono'
import * as z from 'zod'

// Hono as it is when nothing is done: it answers what it was given on standard input, and inserts a row for a POST.

const [path, tools] = process.argv.slice(2)
const app = new Hono()

const text = await new Promise(resolve => {
  let said = ''
  process.stdin.setEncoding('utf8').on('data', chunk => (said += chunk))
  process.stdin.on('end', () => resolve(said))
})
for (const [address, { body, headers, status }] of Object.entries(JSON.parse(text)))
  app.get(address, context => context.body(body === '' ? null : body, status, headers))

const db = new Database(path)
db.pragma('journal_mode = WAL')
db.pragma('synchronous = FULL')
db.exec('create table if not exists entries (id integer primary key, project text, date text, body text)')
const insert = db.prepare('insert into entries (project, date, body) values (?, ?, ?)')
app.post('/insert', async context => {
  const body = await context.req.json()
  insert.run(body.project, body.date, JSON.stringify(body))
  return context.json(body, 201)
})

// what is built once is built once
const input = z.object({ text: z.string() })
const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'echo', version: '1' })
  for (let at = 0; at < Number(tools); at++)
    server.registerTool(
      at === 0 ? 'echo' : `echo_${at}`,
      { description: 'Echo', inputSchema: input },
      ({ text: said }) => ({
        content: [{ type: 'text', text: said }],
      }),
    )
  return server
})
app.post('/mcp', context => handler.fetch(context.req.raw))

serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => process.stdout.write(`${port}\n`))
