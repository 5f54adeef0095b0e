import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { programs } from './installed.ts'
import { Machine } from './machine.ts'
import type { Model } from './model.ts'
import { Terminal } from './terminal.ts'

const key = 'sk-ant-api03-no-key-at-all-0123456789'

/** A machine on which Claude Code was used before, and `stint setup` was run. */
export async function machineWithClaudeCode(...projects: string[]) {
  const machine = new Machine()
  const folders = (projects.length > 0 ? projects : ['acme']).map(name => machine.repository(name))
  const known = { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true, allowedTools: [] }
  machine.write('.claude.json', {
    hasCompletedOnboarding: true,
    theme: 'dark',
    lastOnboardingVersion: '2.1.328',
    customApiKeyResponses: { approved: [key.slice(-20)], rejected: [] },
    projects: Object.fromEntries(folders.map(folder => [folder, known])),
  })
  await machine.stint('setup', 'claude-code')
  return { machine, folders, folder: folders[0] ?? '' }
}

const environment = (machine: Machine, model: Model): Record<string, string> => ({
  ...machine.env,
  ANTHROPIC_BASE_URL: model.url,
  ANTHROPIC_API_KEY: key,
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  DISABLE_AUTOUPDATER: '1',
})

/** Starts it in a terminal, and waits until it takes what is typed. */
export async function startClaude(machine: Machine, cwd: string, model: Model, ...words: string[]) {
  const terminal = new Terminal(programs.claude, words, { cwd, env: environment(machine, model) })
  await terminal.shows('❯')
  return terminal
}

/** Runs it without a terminal; what it printed. */
export async function runClaude(machine: Machine, cwd: string, model: Model, ...words: string[]) {
  const run = promisify(execFile)(programs.claude, words, { cwd, env: environment(machine, model) })
  run.child.stdin?.end()
  return (await run).stdout
}
