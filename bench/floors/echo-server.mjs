import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { z } from 'zod'

// What the SDK alone takes: `echo`, and as many more tools as the first argument says.

const inputSchema = z.object({ text: z.string() })
const echo = ({ text }) => ({ content: [{ type: 'text', text }] })

serveStdio(() => {
  const server = new McpServer({ name: 'echo', version: '1' })
  server.registerTool('echo', { description: 'Answers what it was told.', inputSchema }, echo)
  for (let at = 1; at < Number(process.argv[2] ?? 1); at++)
    server.registerTool(`echo_${at}`, { description: 'Answers what it was told.', inputSchema }, echo)
  return server
})
