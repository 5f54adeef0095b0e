/** A stranger's object: nothing is promised about its shape. */
export type Json = Readonly<Record<string, unknown>>

/** The bytes of a line as Latin-1: names and signs are ASCII, no byte is invalid, and it costs the least. */
export function latin1(line: Buffer, from = 0, to = line.length): string {
  return line.toString('latin1', from, to)
}

/** The object that a line is; null when it is torn or none. */
export function parsed(line: string): Json | null {
  try {
    const value: unknown = JSON.parse(line)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

export function part(json: Json | undefined, name: string): Json | undefined {
  const value = json?.[name]
  return isObject(value) ? value : undefined
}

/** The objects of a list; whatever else stands in it is left out. */
export function parts(json: Json | undefined, name: string): Json[] {
  const value = json?.[name]
  return Array.isArray(value) ? value.filter(isObject) : []
}

export function text(json: Json | undefined, name: string): string | undefined {
  const value = json?.[name]
  return typeof value === 'string' ? value : undefined
}

/** Names of things are short and in one line; whatever else stands there is not ours to keep. */
export function id(json: Json | undefined, name: string): string | undefined {
  const value = text(json, name)
  return value !== undefined && /^[\w.:@/+~()[\] -]{1,200}$/.test(value) ? value : undefined
}

export function count(json: Json | undefined, name: string): number {
  const value = json?.[name]
  return typeof value === 'number' && value > 0 ? value : 0
}

/** Milliseconds since the epoch, from ISO text. */
export function instantOf(json: Json | undefined, name: string): number | undefined {
  const at = Date.parse(text(json, name) ?? '')
  return Number.isNaN(at) ? undefined : at
}

/** A path out of Latin-1. Where a character stands above it, the path was written with `\\u` and is right already. */
export function path(json: Json | undefined, name: string): string | null {
  const value = text(json, name)
  if (!value) return null
  return /[^\0-\xff]/.test(value) ? value : Buffer.from(value, 'latin1').toString('utf8')
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
