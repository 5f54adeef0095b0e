import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Reported } from '../../src/core/reported.ts'

let files = 0

/** A host's hook leaves its signals in the spool, as the hook binary does. */
export function leave(home: string, ...signals: (Omit<Reported, 'id'> & { ran_ms?: number })[]): void {
  mkdirSync(join(home, 'spool'), { recursive: true })
  for (const signal of signals) {
    writeFileSync(
      join(home, 'spool', `${signal.at}-${String(files++).padStart(8, '0')}.json`),
      JSON.stringify(signal),
    )
  }
}
