import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'

/** Routes that are tools as well; what stands in braces is a field of the tool. */
const tools = {
  'DELETE /entries/{entry}': { name: 'delete_entry', more: { confirm: true } },
  'GET /dashboard': { name: 'get_dashboard' },
  'GET /entries': { name: 'list_entries' },
  'GET /overlaps': { name: 'list_overlaps' },
  'GET /reports/summary': { name: 'get_report' },
  'GET /reports/team': { name: 'get_team_summary' },
  'GET /status': { name: 'status' },
  'PATCH /entries/{entry}': { name: 'edit_entry' },
  'POST /entries': { name: 'log_time' },
  'POST /entries/merge': { name: 'merge_entries' },
  'POST /entries/{entry}/split': { name: 'split_entry' },
  'POST /expenses': { name: 'log_expense' },
  'POST /sessions': { name: 'start_session' },
  'POST /sessions/{session}/beats': { name: 'session_beat' },
  'POST /sessions/{session}/end': { name: 'end_session' },
  'POST /timers': { name: 'start_timer' },
  'POST /timers/{project}/pause': { name: 'pause_timer' },
  'POST /timers/{project}/resume': { name: 'resume_timer' },
  'POST /timers/{project}/stop': { name: 'stop_timer' },
  'POST /undo': { name: 'undo' },
}
const known = Object.entries(tools).map(([route, tool]) => ({
  ...tool,
  path: new RegExp(`^${route.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}))

/** The tool that does what a route does, and its fields; none for what no assistant is offered. */
export function toolOf(route, input = {}, key) {
  for (const { more, name, path } of known) {
    const found = path.exec(route)
    if (!found) continue
    const fields = { ...input, ...found.groups, ...more, ...(key && { idempotency_key: key }) }
    return { name, arguments: fields }
  }
  return undefined
}

/** An assistant that a server on the net serves, of the earlier or the newer era of the protocol. */
export class RemoteAssistant {
  asked = 0
  #client

  constructor(server, token, era) {
    Object.assign(this, { server, token, era })
  }

  async open() {
    this.#client = new Client({ name: 'soak', version: '1' }, { versionNegotiation: { mode: this.era } })
    const url = new URL(`${this.server.origin}/mcp?toolsets=track,report,billing,more`)
    const headers = { authorization: `Bearer ${this.token}` }
    await this.#client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }))
    return this
  }

  /** As a route would have been answered. */
  async call(tool) {
    this.asked++
    const { isError, structuredContent: body } = await this.#client.callTool(tool)
    return { status: isError ? 400 : 200, body }
  }

  close() {
    return this.#client.close()
  }
}
