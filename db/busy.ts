import { setTimeout as sleep } from 'node:timers/promises'
import { isBusy } from './conflict.ts'

/**
 * Tries until no other process is in the way. A long native wait would freeze this process and starve others, so the
 * waiting is done here, in short random steps. After `patience` milliseconds the busy error goes to the caller.
 */
export async function untilFree<T>(step: () => T | Promise<T>, patience = 30_000): Promise<T> {
  // this clock never goes back, and is there without being loaded
  const giveUp = process.uptime() * 1000 + patience
  for (let longest = 1; ; longest = Math.min(longest * 1.6, 8)) {
    try {
      return await step()
    } catch (error) {
      if (!isBusy(error) || process.uptime() * 1000 > giveUp) throw error
    }
    await sleep(Math.random() * longest)
  }
}
