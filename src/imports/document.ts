import { AppError } from '../domain/error.ts'

/** A value of a document, or one of a list in it, as text. */
export interface Part {
  key: string
  line: number
  text: string
}

/** Cuts one object into its values, and lists in it into their things, however it is broken into lines and chunks. */
export async function* partsOf(texts: AsyncIterable<string>): AsyncGenerator<Part> {
  const scanner = new Scanner()
  for await (const text of texts) for (const part of scanner.push(text)) yield part
  if (!scanner.isWhole)
    throw new AppError('malformed', 'The file ends in the middle of its document.', {
      hint: 'Export it anew.',
    })
}

/**
 *     { "stint": 1, "clients": [ {…}, {…} ] }
 *     depth 1       ^key       2 ^one thing
 */
class Scanner {
  isWhole = false
  #line = 1
  #depth = 0
  #isInText = false
  #isEscaped = false
  #isInList = false
  #key: string | undefined
  #begun = ''
  #begunAt = 1

  push(chunk: string): Part[] {
    const parts: Part[] = []
    let from = 0
    for (let at = 0; at < chunk.length; at++) {
      const sign = chunk[at]
      if (sign === '\n') this.#line++
      if (this.#isInText) {
        this.#readText(sign)
        continue
      }
      if (sign === '"') this.#isInText = true
      if (this.#cutsAt(sign, chunk.slice(from, at))) {
        parts.push(...this.#cut(sign, chunk.slice(from, at)))
        from = at + 1
      }
      if (sign === '{' || sign === '[') this.#depth++
      else if (sign === '}' || sign === ']') this.#depth--
      if (this.#depth === 0 && sign === '}') this.isWhole = true
    }
    this.#begun += chunk.slice(from)
    return parts
  }

  #cut(sign: string | undefined, rest: string): Part[] {
    const [key, whole] = [this.#key, this.#begun + rest]
    const text = whole.trim()
    const line = this.#begunAt + linesIn(whole.slice(0, whole.indexOf(text)))
    this.#begun = ''
    if (sign === ':') this.#key = textIn(text, this.#line)
    else if (sign === '[') this.#isInList = true
    if (sign === ']') this.#isInList = false
    else if (sign === ',' && !this.#isInList) this.#key = undefined
    this.#begunAt = this.#line
    return key === undefined || text === '' || sign === '[' ? [] : [{ key, line, text }]
  }

  #cutsAt(sign = '', rest: string): boolean {
    if (this.#depth === 0) return sign === '{'
    if (this.#isInList) return this.#depth === 2 && /[,\]]/.test(sign)
    if (this.#depth > 1) return false
    if (sign === ':') return this.#key === undefined
    // a value that is a list
    if (sign === '[') return (this.#begun + rest).trim() === ''
    return sign === ',' || sign === '}'
  }

  #readText(sign: string | undefined): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (sign === '\\') this.#isEscaped = true
    else if (sign === '"') this.#isInText = false
  }
}

const linesIn = (text: string): number => text.split('\n').length - 1

export function valueIn({ line, text }: Omit<Part, 'key'>): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new AppError('malformed', `Line ${line} is no JSON.`)
  }
}

const textIn = (text: string, line: number): string => String(valueIn({ line, text }))
