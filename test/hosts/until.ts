import { setTimeout as sleep } from 'node:timers/promises'

/** Waits for another program, and says what was there instead. */
export async function until<T>(look: () => T | Promise<T>, problem: () => string): Promise<NonNullable<T>> {
  const deadline = Date.now() + 40_000
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > deadline) throw new Error(problem())
    await sleep(50)
  }
}
