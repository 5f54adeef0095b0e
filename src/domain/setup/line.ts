import type { HookHost } from '../hook-host.ts'

/** Where this program lies; editors have neither a shell's path nor its environment. */
export interface Installation {
  platform: string
  node: string
  stint: string
  hook: string
  /** Only where it is not the usual one. */
  home?: string | undefined
}

export interface Server {
  command: string
  args: string[]
}

export function serverOf(installation: Installation, toolsets?: string): Server {
  const { node, stint } = installation
  const chosen = toolsets === undefined ? [] : ['--toolsets', toolsets]
  return { command: node, args: [stint, 'mcp', ...chosen, ...homeOf(installation)] }
}

export function hookWords(installation: Installation, host: HookHost): string[] {
  return [installation.node, installation.hook, '--host', host, ...homeOf(installation)]
}

/**
 * One line for the shell in which a host runs its hooks. Node reads NODE_EXTRA_CA_CERTS at every start, 30 ms where
 * a company's proxy has set it, and the hook asks no network. On Windows it may be cmd or PowerShell: `cmd /d /c call`
 * reads the same in both, however many words are in quotes, but nothing that both read could empty the variable.
 */
export function hookLine(installation: Installation, host: HookHost): string {
  const words = hookWords(installation, host)
  if (installation.platform === 'win32') return `cmd /d /c call ${words.map(quotedForWindows).join(' ')}`
  return `NODE_EXTRA_CA_CERTS= ${words.map(quoted).join(' ')}`
}

const homeOf = ({ home }: Installation): string[] => (home === undefined ? [] : ['--home', home])

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

const quotedForWindows = (word: string): string => (/^[\w@+:./\\-]+$/.test(word) ? word : `"${word}"`)

/** Ours, wherever the program lay when they were written. */
export function isOurHook(handler: unknown): boolean {
  if (typeof handler !== 'object' || handler === null) return false
  const line = Object.values(handler)
    .flat()
    .filter(one => typeof one === 'string')
    .join(' ')
  return /[\\/]dist[\\/]hook\.cjs['"]? --host [a-z]/.test(line)
}

/** Under our name there may stand what somebody else calls stint. */
export const isOurServer = (text: string): boolean => /stint(\.cjs)?["'\s,\]]+.*mcp\b/s.test(text)

export const toolsetsIn = (text: string): string | undefined =>
  /["']--toolsets["']\s*,\s*["']([\w,-]+)["']/.exec(text)?.[1]
