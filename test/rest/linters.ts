import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { document } from '../support/document.ts'
import { folderOf, install } from '../support/install.ts'

/** 244 packages. */
const versions = {
  '@redocly/cli': '2.77.0',
  '@stoplight/spectral-cli': '6.16.3',
  '@stoplight/spectral-owasp-ruleset': '2.0.1',
}

const folder = folderOf('stint-linters')
const file = join(folder, 'openapi.json')

export interface Finding {
  rule: string
  severity: string
  message: string
}

export function prepare(): void {
  install('stint-linters', versions)
  writeFileSync(file, JSON.stringify(document))
  writeFileSync(join(folder, 'redocly.yaml'), 'extends: [recommended]\n')
  writeFileSync(join(folder, 'spectral.json'), JSON.stringify({ extends: rules }))
}

const rules = ['spectral:oas', './node_modules/@stoplight/spectral-owasp-ruleset/dist/ruleset.mjs']

export function redocly(): Finding[] {
  const program = join(folder, 'node_modules/@redocly/cli/bin/cli.js')
  const said = run(process.execPath, program, 'lint', file, '--format', 'json')
  const { problems } = JSON.parse(said) as {
    problems: { ruleId: string; severity: string; message: string; location: { pointer?: string }[] }[]
  }
  return problems.map(one => ({
    rule: one.ruleId,
    severity: one.severity,
    message: `${one.location[0]?.pointer}: ${one.message}`,
  }))
}

export function spectral(): Finding[] {
  const program = join(folder, 'node_modules/@stoplight/spectral-cli/dist/index.js')
  const said = run(process.execPath, program, 'lint', file, '-r', 'spectral.json', '-f', 'json', '-q')
  const found = JSON.parse(said) as { code: string; severity: number; message: string; path: string[] }[]
  return found.map(one => ({
    rule: one.code,
    severity: one.severity === 0 ? 'error' : 'warn',
    message: `${one.path.join('/')}: ${one.message}`,
  }))
}

/** That there are findings is no failure of the program. */
function run(program: string, ...words: string[]): string {
  const { error, stderr, stdout } = spawnSync(program, words, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  })
  if (error) throw new Error(`${program} ${words[0]}: ${stderr}`, { cause: error })
  return stdout
}
