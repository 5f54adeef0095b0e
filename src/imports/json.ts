import type { Field } from './column.ts'
import type { SourceRow } from './source.ts'

export type JsonKeys = Partial<Record<Field, string>>

/** One object of a list, as text. */
export interface Piece {
  line: number
  text: string
}

/** The whole objects in a part of a file from its beginning. */
export const firstObjects = (head: string): Piece[] => new Scanner().push(head)

export async function* jsonRows(texts: AsyncIterable<string>, keys: JsonKeys): AsyncGenerator<SourceRow> {
  const scanner = new Scanner()
  for await (const text of texts) for (const piece of scanner.push(text)) yield jsonRow(piece, keys)
  const rest = scanner.rest()
  if (rest) yield { line: rest.line, cell: () => '', broken: 'The file ends in the middle of it.' }
}

export function jsonRow({ line, text }: Piece, keys: JsonKeys): SourceRow {
  const said = objectIn(text)
  if (!said) return { line, cell: () => '', broken: 'It is no JSON.' }
  const tags = said[keys.tags ?? '']
  return {
    line,
    cell(field) {
      const value = said[keys[field] ?? '']
      if (typeof value === 'string') return value.trim()
      return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
    },
    tags: Array.isArray(tags) ? tags.filter(tag => typeof tag === 'string') : [],
  }
}

export function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    // a piece begins with a brace, so that it is an object if it is anything
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}

/** Cuts a list of objects into its objects, however it is broken into lines and chunks. */
class Scanner {
  #line = 1
  #depth = 0
  #isInText = false
  #isEscaped = false
  #begun = ''
  #begunAt = 1

  push(chunk: string): Piece[] {
    const pieces: Piece[] = []
    let from = this.#depth > 0 ? 0 : -1
    for (let at = 0; at < chunk.length; at++) {
      const sign = chunk[at]
      if (sign === '\n') this.#line++
      if (this.#isInText) this.#readText(sign)
      else if (sign === '"') this.#isInText = this.#depth > 0
      else if (sign === '{' && this.#depth++ === 0) {
        from = at
        this.#begunAt = this.#line
      } else if (sign === '}' && this.#depth > 0 && --this.#depth === 0) {
        pieces.push({ line: this.#begunAt, text: this.#begun + chunk.slice(from, at + 1) })
        this.#begun = ''
        from = -1
      }
    }
    if (from >= 0) this.#begun += chunk.slice(from)
    return pieces
  }

  rest(): Piece | undefined {
    return this.#depth > 0 ? { line: this.#begunAt, text: this.#begun } : undefined
  }

  #readText(sign: string | undefined): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (sign === '\\') this.#isEscaped = true
    else if (sign === '"') this.#isInText = false
  }
}
