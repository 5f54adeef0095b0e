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
    onTestFinished(() => rmSync(this.home, { recursive: true, force: true, maxRetries: 5 }))
  }

  /** Nothing of the machine that the tests run on, and nothing of an assistant that may have started them. */
  get env(): Record<string, string> {
    return {
      PATH: process.env.PATH ?? '',
      HOME: this.home,
      TERM: 'xterm-256color',
      TZ: 'UTC',
      LANG: 'C.UTF-8',
    }
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

  /** Says nothing on standard error, or it failed: what could not be taken in is told there. */
  stint(...words: string[]): Promise<Json> {
    return new Promise((resolve, reject) =>
      execFile(
        process.execPath,
        [stint, ...words, '--json'],
        { env: this.env, cwd: this.home },
        (error, stdout, stderr) => {
          if (error || stderr !== '') reject(new Error(`stint ${words.join(' ')}: ${stderr}${stdout}`))
          else resolve(JSON.parse(stdout))
        },
      ),
    )
  }

  /** The sessions that run. */
  async running(): Promise<Json[]> {
    return (await this.stint('status')).sessions
  }

  /** Waits until all is told that happened: assistants do not wait for most of their hooks. The oldest entry first. */
  async entries(count: number, running = 0): Promise<Json[]> {
    let entries: Json[] = []
    await until(
      async () => {
        entries = (await this.stint('entries')).entries
        return entries.length === count && (await this.running()).length === running
      },
      () =>
        `There are not ${count} entries and ${running} sessions that run, but: ${JSON.stringify(entries, null, 1)}`,
    )
    return entries.toReversed()
  }
}
