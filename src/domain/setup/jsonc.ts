import { AppError } from '../error.ts'

/** A value of a JSON text that may hold comments and trailing commas, with its place in the text. */
export interface Node {
  kind: 'object' | 'array' | 'plain'
  start: number
  end: number
  children: Child[]
}

/** A member of an object, or an item of an array; it starts at its key. */
export interface Child {
  key: string | undefined
  start: number
  end: number
  value: Node
  /** Where the comma after it stands. */
  comma: number | undefined
}

const token = /"(?:[^"\\\r\n]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null/y
const trivia = /(?:[ \t\r\n\ufeff]+|\/\/[^\r\n]*|\/\*[^]*?\*\/)*/y

export function parse(text: string): Node {
  let at = 0
  skip()
  const root = value()
  skip()
  if (at < text.length) throw unreadable(text, at, 'something follows the end')
  return root

  function skip(): void {
    trivia.lastIndex = at
    trivia.exec(text)
    at = trivia.lastIndex
  }

  function value(): Node {
    if (text[at] === '{') return container('object', '}')
    if (text[at] === '[') return container('array', ']')
    const start = at
    plain()
    return { kind: 'plain', start, end: at, children: [] }
  }

  function plain(): string {
    token.lastIndex = at
    const found = token.exec(text)?.[0]
    if (found === undefined || !isJson(found)) throw unreadable(text, at, 'a value is missing')
    at += found.length
    return found
  }

  function container(kind: 'object' | 'array', close: string): Node {
    const start = at++
    const children: Child[] = []
    skip()
    while (text[at] !== close) {
      if (at === text.length) throw unreadable(text, at, `${close} is missing`)
      if (children.length > 0 && children.at(-1)?.comma === undefined)
        throw unreadable(text, at, 'a comma is missing')
      children.push(child(kind))
      skip()
    }
    return { kind, start, end: ++at, children }
  }

  function child(kind: 'object' | 'array'): Child {
    const start = at
    const key = kind === 'object' ? keyAndColon() : undefined
    const one = value()
    const end = at
    skip()
    const comma = text[at] === ',' ? at++ : undefined
    return { key, start, end, value: one, comma }
  }

  function keyAndColon(): string {
    if (text[at] !== '"') throw unreadable(text, at, 'a name in quotes is missing')
    const key = String(JSON.parse(plain()))
    skip()
    if (text[at] !== ':') throw unreadable(text, at, 'a colon is missing')
    at++
    skip()
    return key
  }
}

export function valueOf(node: Node, text: string): unknown {
  if (node.kind === 'plain') return JSON.parse(text.slice(node.start, node.end))
  if (node.kind === 'array') return node.children.map(child => valueOf(child.value, text))
  return Object.fromEntries(node.children.map(child => [child.key, valueOf(child.value, text)]))
}

export function unreadable(text: string, at: number, what: string): AppError {
  const before = text.slice(0, at).split('\n')
  const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`
  return new AppError('malformed', `${place}: ${what}`)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
