export type Fields = ReadonlyMap<string, string | number | boolean | Mark>

/** The first of the named fields that holds a text. */
export function text(fields: Fields, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = fields.get(name)
    if (typeof value === 'string' && value !== '') return value
    if (value instanceof Mark) return value.text()
  }
  return undefined
}

/**
 * Reads the top level of a JSON object while it comes in, and keeps nothing else: a tool's answer of many megabytes
 * costs no memory, a payload that was cut gives what stood before the cut, and no depth of nesting is too deep.
 * Of a list it keeps the first text; of what a tool was asked, a short mark, so that its end can be told from another's;
 * of a long text or an object, that there was one.
 *
 *     {"cwd": "/a", "roots": ["/b", "/c"], "tool_input": {…}, "error": {…}}
 *     →  cwd: /a, roots: /b, tool_input: "k2j9x1", error: true
 */
export class FieldReader {
  readonly #fields = new Map<string, string | number | boolean | Mark>()
  #done = false
  #depth = 0
  #key: string | null = null
  #value = ''
  #isFull = false
  #inText = false
  #isEscaped = false
  #mark: Mark | null = null

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
    this.#mark?.add(sign)
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
    this.#mark?.add(chunk.slice(from, next))
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
    this.#mark = this.#key !== null && asked.has(this.#key) ? new Mark() : null
    this.#value = ''
    this.#isFull = false
  }

  #finish(): void {
    if (this.#key !== null) {
      // of what is not kept it is known that it was there
      const value = this.#mark ?? parsed(this.#value) ?? (this.#isFull || null)
      if (value !== null) this.#fields.set(this.#key, value)
    }
    this.#key = null
    this.#mark = null
    this.#value = ''
    this.#isFull = false
  }
}

/** Few letters for a long text, so that it can be told from another; worked out when asked for, as few hosts need it. */
class Mark {
  #mark = 2166136261
  #rest = ''

  /** Wherever the text was cut into pieces, its mark is the same. */
  add(piece: string): void {
    this.#rest += piece
    while (this.#rest.length >= blockLength) {
      this.#mark = mixed(this.#mark, this.#rest.slice(0, blockLength))
      this.#rest = this.#rest.slice(blockLength)
    }
  }

  text(): string {
    return (mixed(this.#mark, this.#rest) >>> 0).toString(36)
  }
}

const blockLength = 64 * 1024

/** Four letters a step: one by one they took half the time of a hook. */
function mixed(mark: number, latin1: string): number {
  const bytes = Buffer.alloc(Math.ceil(latin1.length / 4) * 4)
  bytes.write(latin1, 'latin1')
  let mix = mark
  for (const four of new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)) {
    mix = Math.imul(mix ^ four, 16777619)
    mix ^= mix >>> 15
  }
  return mix
}

const longest = 4096
const blank = /[\s\u00ef\u00bb\u00bf]/
const asked = new Set(['tool_input', 'toolInput', 'toolArgs', 'tool_info'])

const beyondAscii = /[\x80-\xff]/

function parsed(latin1: string): string | number | boolean | null {
  // to throw and to catch is dear
  if (latin1 === '') return null
  try {
    const json = beyondAscii.test(latin1) ? Buffer.from(latin1, 'latin1').toString('utf8') : latin1
    const value: unknown = JSON.parse(json)
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
  } catch {
    return null
  }
}
