import { unreadable } from './jsonc.ts'

// As much of TOML as it takes to find one table and to leave all else alone.

interface Statement {
  /** `[a.b]`, or `key = value`. */
  isHeader: boolean
  /** From the root: the table's names, then its own. */
  path: readonly string[]
  start: number
  end: number
}

export type Pairs = Readonly<Record<string, string | readonly string[]>>

/** With the pairs in the table of this path; its other pairs stay. */
export function setTable(text: string, path: readonly string[], pairs: Pairs): string {
  if (!headerOf(text, statements(text), path)) return appended(text, path, pairs)
  return Object.entries(pairs).reduce((result, [name, value]) => setPair(result, path, name, value), text)
}

function setPair(text: string, path: readonly string[], name: string, value: Pairs[string]): string {
  const all = statements(text)
  const pair = `${name} = ${printed(value)}`
  const old = all.find(one => !one.isHeader && isSame(one.path, [...path, name]))
  if (old) return text.slice(0, old.start) + pair + text.slice(old.end)
  const header = headerOf(text, all, path)
  const [line = ''] = /^.*/.exec(text.slice(header?.end)) ?? []
  const at = (header?.end ?? 0) + line.replace(/\r$/, '').length
  return text.slice(0, at) + eolOf(text) + pair + text.slice(at)
}

/** Without the table and the tables in it. */
export function removeTable(text: string, path: readonly string[]): string {
  const all = statements(text)
  headerOf(text, all, path)
  return all
    .filter(one => one.isHeader && isWithin(one.path, path))
    .reduceRight((result, header) => {
      const rest = all.slice(all.indexOf(header) + 1)
      const next = rest.findIndex(one => one.isHeader)
      const last = rest.slice(0, next < 0 ? rest.length : next).at(-1) ?? header
      return cut(result, header.start, last.end)
    }, text)
}

/** The pairs of the table as they stand there, or undefined. */
export function tableText(text: string, path: readonly string[]): string | undefined {
  const all = statements(text)
  if (!headerOf(text, all, path)) return undefined
  return all
    .filter(one => !one.isHeader && isWithin(one.path, path))
    .map(one => text.slice(one.start, one.end))
    .join('\n')
}

/** Forms that cannot be added to, or where one cannot tell what is ours, are left to the person. */
function headerOf(text: string, all: readonly Statement[], path: readonly string[]): Statement | undefined {
  let table: readonly string[] = []
  for (const one of all) {
    if (one.isHeader) table = one.path
    else if ((isWithin(one.path, path) && !isWithin(table, path)) || isWithin(path, one.path))
      throw unreadable(text, one.start, `write ${path.join('.')} as a table of its own, [${path.join('.')}]`)
  }
  return all.find(one => one.isHeader && isSame(one.path, path))
}

/** A blank line before it; a text that ends without a line break goes on to. */
function appended(text: string, path: readonly string[], pairs: Pairs): string {
  const eol = eolOf(text)
  const lines = Object.entries(pairs).map(([name, value]) => `${name} = ${printed(value)}`)
  const table = [`[${path.join('.')}]`, ...lines].join(eol)
  if (/^\ufeff?$/.test(text)) return text + table + eol
  return text.endsWith('\n') ? text + eol + table + eol : text + eol + eol + table
}

function cut(text: string, start: number, end: number): string {
  const blank = /\n\r?\n$/.test(text.slice(0, start))
  const isLast = end === text.length
  const before = text.slice(0, start)
  const rest = text.slice(end).replace(/^[ \t]*\r?\n/, '')
  if (!blank) return before + rest
  return before.replace(isLast ? /\r?\n\r?\n$/ : /\r?\n$/, '') + rest
}

function statements(text: string): Statement[] {
  const found: Statement[] = []
  let table: readonly string[] = []
  let at = 0
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const [part] = pattern.exec(text) ?? []
    if (part !== undefined) at += part.length
    return part
  }
  for (;;) {
    take(between)
    if (at >= text.length) return found
    const start = at
    const open = take(/\[\[?[ \t]*/y)
    const names = namesIn(take(dotted))
    if (names.length === 0) throw unreadable(text, at, 'a name is missing')
    if (open !== undefined) {
      if (take(open.startsWith('[[') ? /[ \t]*\]\]/y : /[ \t]*\]/y) === undefined)
        throw unreadable(text, at, '] is missing')
      table = names
    } else {
      if (take(/[ \t]*=[ \t]*/y) === undefined) throw unreadable(text, at, '= is missing')
      value()
    }
    found.push({
      isHeader: open !== undefined,
      path: open === undefined ? [...table, ...names] : names,
      start,
      end: at,
    })
    if (take(/[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/y) === undefined)
      throw unreadable(text, at, 'something follows the value')
  }

  function value(): void {
    const start = at
    let depth = 0
    do {
      if (depth > 0) take(between)
      const part = take(piece)
      if (part === undefined || part === '')
        throw unreadable(text, at, at === start ? 'a value is missing' : 'the value does not end')
      if (part === '[' || part === '{') depth++
      if (part === ']' || part === '}') depth--
    } while (depth > 0)
  }
}

const between = /(?:[\s\ufeff]|#[^\n]*)*/y
const dotted =
  /(?:[\w-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')(?:[ \t]*\.[ \t]*(?:[\w-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'))*/y
const piece =
  /"""(?:[^\\]|\\[^])*?"{3,5}|'''[^]*?'{3,5}|"(?!"")(?:[^"\\\n]|\\.)*"|'(?!'')[^'\n]*'|[[\]{},=]|[^\s"'[\]{},=#]+(?: [0-9:.Z+-]+)?/y

function namesIn(text = ''): string[] {
  return [...text.matchAll(/[\w-]+|"((?:[^"\\]|\\.)*)"|'([^']*)'/g)].map(([whole, basic, literal]) =>
    basic === undefined ? (literal ?? whole) : unescaped(basic),
  )
}

/** A name with escapes that JSON does not have is none of ours. */
function unescaped(basic: string): string {
  try {
    return String(JSON.parse(`"${basic}"`))
  } catch {
    return basic
  }
}

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  isWithin(one, other) && one.length === other.length
const isWithin = (inner: readonly string[], outer: readonly string[]): boolean =>
  inner.length >= outer.length && outer.every((name, at) => inner[at] === name)

const eolOf = (text: string): string => (/\r\n/.test(text) ? '\r\n' : '\n')

function printed(value: string | readonly string[]): string {
  return typeof value === 'string'
    ? JSON.stringify(value)
    : `[${value.map(one => JSON.stringify(one)).join(', ')}]`
}
