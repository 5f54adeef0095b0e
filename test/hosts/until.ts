import { setTimeout as sleep } from 'node:timers/promises'

/** Waits for another program, and says what was there instead. */
export async function until(look: () => boolean | Promise<boolean>, problem: () => string): Promise<void> {
  const deadline = Date.now() + 40_000
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(problem())
    await sleep(50)
  }
}
