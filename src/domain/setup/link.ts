import type { Server } from './line.ts'

/** One click in a README: without the paths of a machine, so without hooks. */
export function cursorLink(server: Server): string {
  const config = encodeURIComponent(btoa(JSON.stringify(server)))
  return `cursor://anysphere.cursor-deeplink/mcp/install?name=stint&config=${config}`
}

/** GitHub shows only links that begin with https; this page leads on to `vscode:mcp/install`. */
export function vscodeLink(server: Server): string {
  const config = encodeURIComponent(JSON.stringify(server))
  return `https://insiders.vscode.dev/redirect/mcp/install?name=stint&config=${config}`
}
