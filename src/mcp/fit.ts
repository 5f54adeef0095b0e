/** Hosts cut or refuse longer results; the sentence before the data has its part of 8 KB. */
export const mostData = 7600

export type Output = Record<string, unknown>

export const fits = (text: string): boolean => Buffer.byteLength(text) <= mostData

/** How many rows of a page may be asked for, so that they fit. */
export function fittingLimit(output: Output, text: string): number {
  const rows = Object.values(output).find(Array.isArray)?.length ?? 0
  return Math.max(1, Math.floor((rows * mostData * 0.95) / Buffer.byteLength(text)))
}

/** Cuts the longest lists of an answer that has no pages, and says in it what was cut. */
export function cutToFit(output: Output): Output {
  const cut: Output = structuredClone(output)
  const truncated: Record<string, { shown: number; of: number }> = {}
  for (;;) {
    const size = Buffer.byteLength(JSON.stringify({ ...cut, truncated }))
    const found = longest(cut)
    if (size <= mostData || !found || found.list.length < 2) return { ...cut, truncated }
    const { list, name } = found
    const of = truncated[name]?.of ?? list.length
    const spare = mostData - (size - found.size)
    list.length = Math.max(1, Math.min(list.length - 1, Math.floor((list.length * spare) / found.size)))
    truncated[name] = { shown: list.length, of }
  }
}

interface Found {
  name: string
  list: unknown[]
  size: number
}

function longest(output: Output): Found | undefined {
  let best: Found | undefined
  for (const [name, list] of lists(output)) {
    const size = Buffer.byteLength(JSON.stringify(list))
    if (!best || size > best.size) best = { name, list, size }
  }
  return best
}

/** The lists of an answer, and those of the things in it. */
function lists(output: Output, prefix = ''): [string, unknown[]][] {
  return Object.entries(output).flatMap(([key, value]): [string, unknown[]][] => {
    if (Array.isArray(value)) return [[prefix + key, value]]
    const isThing = typeof value === 'object' && value !== null
    // a JSON object
    return isThing && prefix === '' ? lists(value as Output, `${key}.`) : []
  })
}
