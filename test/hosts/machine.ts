import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { Json } from './model.ts'
import { until } from './until.ts'

const stint = fileURLToPath(new URL('../../dist/stint.cjs', import.meta.url))

/** A person's machine: a home folder, projects in it, and stint. */
export class Machine {
  readonly home = realpathSync(mkdtempSync(join(tmpdir(), 'stint-hosts-')))

  constructor() {
    onTestFinished(() => {
      dump(this.home)
      rmSync(this.home, { recursive: true, force: true, maxRetries: 5 })
    })
  }

  /** Nothing of the machine that the tests run on, and nothing of an assistant that may have started them. */
  get env(): Record<string, string> {
    const { PATH = '', TERM = 'xterm-256color' } = process.env
    return { PATH, TERM, HOME: this.home, TZ: 'UTC', LANG: 'C.UTF-8' }
  }

  write(path: string, text: string | object): void {
    const target = join(this.home, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, typeof text === 'string' ? text : JSON.stringify(text))
  }

  /** A repository is a project. */
  repository(name: string): string {
    const folder = join(this.home, 'work', name)
    mkdirSync(folder, { recursive: true })
    spawnSync('git', ['init', '-q'], { cwd: folder, env: this.env })
    return folder
  }

  stint(...words: string[]): Promise<Json> {
    return new Promise((resolve, reject) =>
      execFile(
        process.execPath,
        [stint, ...words, '--json'],
        { env: this.env, cwd: this.home },
        (error, stdout, stderr) => (
          stderr && console.log(stderr),
          error ? reject(new Error(`${stderr}${stdout}`)) : resolve(JSON.parse(stdout))
        ),
      ),
    )
  }

  /** The sessions that run. */
  async running(): Promise<Json[]> {
    return (await this.stint('status')).sessions
  }

  /** Waits for as many finished entries: an assistant does not wait for its hooks. The oldest first. */
  async entries(count: number): Promise<Json[]> {
    let entries: Json[] = []
    return until(
      async () => {
        entries = (await this.stint('entries')).entries
        return entries.length === count && entries.toReversed()
      },
      () => `There are not ${count} entries, but: ${JSON.stringify(entries, null, 1)}`,
    )
  }
}

import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'

function dump(home: string) {
  const p = join(home, '.local/share/stint/stint.db')
  console.log(spawnSync('ls', ['-R', join(home, '.local/share/stint')]).stdout.toString())
  if (!existsSync(p)) return
  const db = new Database(p)
  const rows = db
    .prepare(
      'select at, kind, host, host_session, tool_id, tool_open, reason, attended, turn, received_at from signals order by at',
    )
    .all() as any[]
  for (const r of rows)
    console.log(
      r.at - rows[0].at,
      r.kind,
      r.host_session.slice(0, 6),
      r.tool_id?.slice(-4),
      r.tool_open,
      r.reason,
      'att',
      r.attended,
      r.turn?.slice(0, 6),
      'rec',
      r.received_at - rows[0].at,
    )
}
