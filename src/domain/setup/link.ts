import type { Server } from './line.ts'

/** One click in a README: without the paths of a machine, so without hooks. This page leads on to `cursor://`. */
export function cursorLink(server: Server): string {
  return `https://cursor.com/en/install-mcp?name=stint&config=${encodeURIComponent(btoa(JSON.stringify(server)))}`
}

/** GitHub shows only links that begin with https: this page leads on to `vscode:mcp/install`. */
export function vscodeLink(server: Server): string {
  const config = encodeURIComponent(JSON.stringify(server))
  return `https://insiders.vscode.dev/redirect/mcp/install?name=stint&config=${config}`
}
