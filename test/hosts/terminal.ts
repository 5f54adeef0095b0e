import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { onTestFinished } from 'vitest'
import { until } from './until.ts'

/** Node has no terminals; Python does. */
export const hasTerminals = spawnSync('python3', ['-c', 'import pty']).status === 0

export const enter = '\r'
export const escape = '\x1b'

/** A program in a terminal, and the person before it. */
export class Terminal {
  readonly startedAt = Date.now()
  readonly #driver: ChildProcessWithoutNullStreams
  readonly #gone: Promise<unknown>
  #pid = ''
  #shown = ''
  #pressedAt = 0

  constructor(program: string, words: string[], options: { cwd: string; env: Record<string, string> }) {
    const driver = fileURLToPath(new URL('terminal.py', import.meta.url))
    this.#driver = spawn('python3', [driver, program, ...words], options)
    this.#gone = new Promise(resolve => this.#driver.once('close', resolve))
    this.#driver.stdout.on('data', chunk => (this.#shown += String(chunk)))
    this.#driver.stderr.on('data', chunk => (this.#pid += String(chunk)))
    this.#driver.stdin.on('error', () => {})
    onTestFinished(async () => void (await this.kill()))
  }

  /** Presses keys; returns when. */
  press(keys: string): number {
    this.#pressedAt = this.#shown.length
    this.#driver.stdin.write(keys)
    return Date.now()
  }

  /** Types a line as a person does: an Enter in the same breath would be part of a pasted text. */
  async enter(line: string): Promise<number> {
    this.press(line)
    await this.shows(line)
    return this.press(enter)
  }

  /** Waits until a text is on the screen that was not there when the last key was pressed. */
  async shows(text: string): Promise<void> {
    const wanted = plain(text)
    await until(
      () => plain(this.#shown.slice(this.#pressedAt)).includes(wanted),
      () => `The terminal does not show “${text}”, but: ${plain(this.#shown).slice(-3000)}`,
    )
  }

  /** The person closes the window. */
  async close(): Promise<number> {
    const at = Date.now()
    this.#driver.stdin.end()
    await this.#gone
    return at
  }

  async kill(): Promise<number> {
    const at = Date.now()
    try {
      process.kill(Number(this.#pid), 'SIGKILL')
    } catch {
      // it is gone already
    }
    await this.#gone
    return at
  }

  async ended(): Promise<void> {
    await this.#gone
  }
}

/** Programs leave out blanks by moving the cursor, so none are compared. */
const plain = (text: string): string => stripVTControlCharacters(text).replaceAll(/\s+/g, '')
