import type { Migration } from '../migrate.ts'
import { sql as tracking } from './001_tracking.ts'

/** In order, forwards only, never edited after a release. */
export const migrations: readonly Migration[] = [{ number: 1, name: 'tracking', sql: tracking }]
