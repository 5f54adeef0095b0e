import type { GivenWorkspace } from './workspace.ts'

const passing = new Set(['version', 'updated_at'])

/** What members see: all but the marks that every change leaves. */
export async function picture({ call }: Pick<GivenWorkspace, 'call'>): Promise<unknown> {
  const { sessions, timers, ended } = await call('status')
  const { entries } = await call('list_entries', { limit: 200 })
  const spans = []
  for (const { id } of entries) spans.push((await call('get_entry', { entry: id })).spans)
  const names = []
  for (const archived of [false, true]) {
    names.push((await call('list_projects', { archived, limit: 200 })).projects)
    names.push((await call('list_clients', { archived, limit: 200 })).clients)
  }
  names.push((await call('list_tasks', { status: 'all', limit: 200 })).tasks)
  return lasting({ timers, sessions, ended, entries, spans, names })
}

function lasting(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lasting)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !passing.has(key))
      .map(([key, inner]) => [key, lasting(inner)]),
  )
}
