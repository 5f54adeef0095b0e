export type Fields = ReadonlyMap<string, string | number | boolean>

/** The first of the named fields that holds a text. */
export function text(fields: Fields, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = fields.get(name)
    if (typeof value === 'string' && value !== '') return value
  }
  return undefined
}

/**
 * Reads the top level of a JSON object while it comes in, and keeps nothing else: a tool's answer of many megabytes
 * costs no memory, a payload that was cut gives what stood before the cut, and no depth of nesting is too deep.
 * Of a list it keeps the first text; of what a tool was asked, a short mark, so that its end can be told from another's.
 *
 *     {"cwd": "/a", "roots": ["/b", "/c"], "tool_input": {…}, "n": 1}   →   cwd: /a, roots: /b, tool_input: "k2j9x1", n: 1
 */
export class FieldReader {
  readonly #fields = new Map<string, string | number | boolean>()
  #done = false
  #depth = 0
  #key: string | null = null
  #value = ''
  #isFull = false
  #inText = false
  #isEscaped = false
  #mark: number | null = null

  get fields(): Fields {
    return this.#fields
  }

  /** Bytes as Latin-1 text; true when the object is complete, or was none. */
  read(chunk: string): boolean {
    let at = 0
    while (at < chunk.length && !this.#done) at = this.#inText ? this.#text(chunk, at) : this.#sign(chunk, at)
    return this.#done
  }

  #sign(chunk: string, at: number): number {
    const sign = chunk.charAt(at)
    if (this.#depth === 0 && sign !== '{') {
      this.#done = !blank.test(sign)
      return at + 1
    }
    if (sign === '"') {
      this.#inText = true
      if (this.#depth === 1) this.#value = ''
      this.#keep(sign)
    } else if (sign === '{' || sign === '[') {
      this.#depth++
      if (this.#depth === 2 && sign === '{') this.#isFull = true
    } else if (sign === '}' || sign === ']') {
      if (this.#depth === 1) this.#finish()
      this.#depth--
      this.#done = this.#depth === 0
    } else if (this.#depth === 1 && sign === ':') {
      this.#name()
    } else if (this.#depth === 1 && sign === ',') {
      this.#finish()
    } else if (this.#depth === 1 && !blank.test(sign)) {
      this.#keep(sign)
    }
    this.#addToMark(chunk, at, at + 1)
    return at + 1
  }

  /** Up to the closing quote; a quote behind an odd number of backslashes is none. */
  #text(chunk: string, from: number): number {
    const start = this.#isEscaped ? from + 1 : from
    this.#isEscaped = false
    const quote = chunk.indexOf('"', start)
    const end = quote === -1 ? chunk.length : quote
    let slashes = 0
    while (end - slashes > start && chunk.charAt(end - slashes - 1) === '\\') slashes++
    const isEscaped = slashes % 2 === 1
    const isClosed = quote !== -1 && !isEscaped
    this.#isEscaped = quote === -1 && isEscaped
    this.#inText = !isClosed

    const next = quote === -1 ? end : end + 1
    this.#keep(chunk.slice(from, Math.min(next, from + longest + 1)))
    if (this.#depth === 2 && isClosed) this.#isFull = true
    this.#addToMark(chunk, from, next)
    if (isClosed && this.#depth === 1 && this.#key !== null) this.#finish()
    return next
  }

  /** A text longer than any field of interest is dropped. */
  #keep(piece: string): void {
    if (this.#depth > 2 || this.#isFull) return
    this.#value += piece
    if (this.#value.length > longest) {
      this.#value = ''
      this.#isFull = true
    }
  }

  #name(): void {
    const name = parsed(this.#value)
    this.#key = typeof name === 'string' ? name : null
    this.#mark = this.#key !== null && asked.has(this.#key) ? firstMark : null
    this.#value = ''
    this.#isFull = false
  }

  #finish(): void {
    const value = this.#mark === null ? parsed(this.#value) : this.#mark.toString(36)
    if (this.#key !== null && value !== null) this.#fields.set(this.#key, value)
    this.#key = null
    this.#mark = null
    this.#value = ''
    this.#isFull = false
  }

  #addToMark(chunk: string, from: number, to: number): void {
    if (this.#mark === null) return
    let mark = this.#mark
    for (let at = from; at < to; at++) mark = Math.imul(mark ^ chunk.charCodeAt(at), 16777619) >>> 0
    this.#mark = mark
  }
}

const longest = 4096
const blank = /[\s\u00ef\u00bb\u00bf]/
const firstMark = 2166136261
const asked = new Set(['tool_input', 'toolInput', 'toolArgs', 'tool_info'])

function parsed(latin1: string): string | number | boolean | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(latin1, 'latin1').toString('utf8'))
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
  } catch {
    return null
  }
}
