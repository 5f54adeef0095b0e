import type { Migration } from '../migrate.ts'
import { sql as tracking } from './001_tracking.ts'
import { sql as money } from './002_money.ts'
import { sql as access } from './003_access.ts'
import { sql as webhooks } from './004_webhooks.ts'
import { sql as imports } from './005_imports.ts'
import { sql as teams } from './006_teams.ts'
import { sql as unsettled } from './007_unsettled.ts'

/** In order, forwards only, never edited after a release. */
export const migrations: readonly Migration[] = [
  { number: 1, name: 'tracking', sql: tracking },
  { number: 2, name: 'money', sql: money },
  { number: 3, name: 'access', sql: access },
  { number: 4, name: 'webhooks', sql: webhooks },
  { number: 5, name: 'imports', sql: imports },
  { number: 6, name: 'teams', sql: teams },
  { number: 7, name: 'unsettled', sql: unsettled },
]
