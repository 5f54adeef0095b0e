type Row = Readonly<Record<string, unknown>>

/**
 * How an event keeps a change: the thing as it is now, without what is empty, and what was different before.
 * Of a thing that is gone, all that it was.
 */
export function images(
  before: object | undefined,
  after: object | undefined,
): { before: string | null; after: string | null } {
  if (!after) return { before: before ? JSON.stringify(before, filled) : null, after: null }
  const now = JSON.stringify(after, filled)
  if (!before) return { before: null, after: now }
  // rows are plain values by column
  return { before: JSON.stringify(changedColumns(before as Row, after as Row)), after: now }
}

const filled = (_key: string, value: unknown): unknown => (value === null ? undefined : value)

function changedColumns(before: Row, after: Row): Row {
  const changed: Record<string, unknown> = {}
  for (const column of Object.keys(before)) {
    if (!isSame(before[column], after[column])) changed[column] = before[column]
  }
  return changed
}

const isSame = (one: unknown, other: unknown): boolean =>
  one === other || (typeof one === 'object' && JSON.stringify(one) === JSON.stringify(other))
