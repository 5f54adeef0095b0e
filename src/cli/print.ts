import { writeSync } from 'node:fs'

/** The one place where stdout is written. A reader that has seen enough, as `head`, ends the program quietly. */
export function print(text: string | Uint8Array): void {
  write(1, text)
}

export function complain(text: string): void {
  write(2, text)
}

// `process.stdout` costs milliseconds at the start of a program that writes once.
function write(to: 1 | 2, text: string | Uint8Array): void {
  let rest = typeof text === 'string' ? Buffer.from(text) : text
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(to, rest))
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'EPIPE') return process.exit(to === 1 ? 0 : undefined)
      if (code !== 'EAGAIN') return fail(to, code)
      waitForReader()
    }
  }
}

/** A full disk, for one: what was to be said about it would go the same way. */
function fail(to: 1 | 2, code: unknown): never {
  if (to === 1) write(2, `stint: The answer cannot be written (${String(code)}).\n`)
  process.exit(1)
}

/** A pipe that is full and does not block its writers. */
function waitForReader(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2)
}
