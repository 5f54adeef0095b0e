import { AppError } from '../error.ts'
import { type Child, type Node, parse, valueOf } from './jsonc.ts'

// Somebody wrote these files, and goes on to: every byte that is not the one member stays, and what was put in can be
// taken out again without a trace.

export type Path = readonly (string | number)[]

export function getAt(text: string, path: Path): unknown {
  const node = nodeAt(parse(text), path)
  return node && valueOf(node, text)
}

/** With this value at this path, whatever has to be made on the way. An index past the end of an array appends. */
export function setAt(text: string, path: Path, value: unknown): string {
  let node = parse(text)
  for (const [depth, step] of path.entries()) {
    if (node.kind !== (typeof step === 'number' ? 'array' : 'object')) throw otherKind(path.slice(0, depth))
    const child = childAt(node, step)
    if (!child) return inserted(text, node, step, nested(path.slice(depth + 1), value))
    if (depth === path.length - 1) return replaced(text, child, value)
    node = child.value
  }
  return text
}

/** Without what stands at this path, and without what holds nothing then, except what is kept. */
export function removeAt(text: string, path: Path, isKept: (path: Path) => boolean = () => false): string {
  const nodes = [parse(text)]
  for (const step of path) {
    const child = childAt(nodes.at(-1), step)
    if (!child) return text
    nodes.push(child.value)
  }
  let depth = path.length - 1
  while (depth > 0 && nodes[depth]?.children.length === 1 && !isKept(path.slice(0, depth))) depth--
  const parent = nodes[depth]
  const child = childAt(parent, path[depth])
  return parent && child ? removed(text, parent, child) : text
}

function nodeAt(root: Node, path: Path): Node | undefined {
  return path.reduce<Node | undefined>((node, step) => childAt(node, step)?.value, root)
}

/** Where a name stands twice, the last one counts. */
function childAt(node: Node | undefined, step: string | number | undefined): Child | undefined {
  if (typeof step === 'number') return node?.kind === 'array' ? node.children[step] : undefined
  return node?.kind === 'object' ? node.children.findLast(child => child.key === step) : undefined
}

function nested([step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value
  return typeof step === 'number' ? [nested(rest, value)] : { [step]: nested(rest, value) }
}

function otherKind(path: Path): AppError {
  const what = path.length === 0 ? 'it' : path.join('.')
  return new AppError('malformed', `${what} is of another kind than expected`)
}

/**
 *     { "a": 1 // one         { "a": 1, // one
 *     }                 →       "b": 2
 *                             }
 */
function inserted(text: string, parent: Node, step: string | number, value: unknown): string {
  const last = parent.children.at(-1)
  const outer = indentAt(text, parent.start)
  const indent = last && isFirstInLine(text, last.start) ? indentAt(text, last.start) : outer + unitOf(text)
  const lines = isInLines(text, parent)
  const name = typeof step === 'string' ? `${JSON.stringify(step)}:${lines ? ' ' : gapOf(text)}` : ''
  const body = name + printed(text, value, lines ? indent : undefined)
  const eol = eolOf(text)
  if (!last) {
    const inside = lines ? `${eol}${indent}${body}${eol}${outer}` : body
    return splice(text, parent.start + 1, parent.start + 1, inside)
  }
  const separator = lines ? eol + indent : gapOf(text)
  if (last.comma !== undefined) {
    const after = endOfRemarks(text, last.comma + 1)
    return splice(text, after, after, `${separator}${body},`)
  }
  const after = endOfRemarks(text, last.end)
  return splice(splice(text, after, after, separator + body), last.end, last.end, ',')
}

function replaced(text: string, { start, value: old }: Child, value: unknown): string {
  if (isEqual(valueOf(old, text), value)) return text
  const indent = /\n/.test(text.trim()) ? indentAt(text, start) : undefined
  return splice(text, old.start, old.end, printed(text, value, indent))
}

/** The inverse of `inserted`. */
function removed(text: string, parent: Node, child: Child): string {
  const before = parent.children[parent.children.indexOf(child) - 1]
  const from = startOfSeparator(text, child.start)
  const isSole = parent.children.length === 1
  const closing = eolOf(text) + indentAt(text, parent.start)
  let result = text
  if (isSole && /\n/.test(text.slice(from, child.start))) {
    const to = (child.comma ?? child.end - 1) + 1
    if (result.startsWith(closing, to)) result = splice(result, to, to + closing.length, '')
  }
  if (child.comma !== undefined) result = splice(result, child.comma, child.comma + 1, '')
  result = splice(result, from, child.end, '')
  const orphan = child.comma === undefined ? before?.comma : undefined
  return orphan === undefined ? result : splice(result, orphan, orphan + 1, '')
}

const splice = (text: string, from: number, to: number, put: string): string =>
  text.slice(0, from) + put + text.slice(to)

/** Remarks behind a value, in its line, stay with it. */
function endOfRemarks(text: string, at: number): number {
  const remarks = /(?:[ \t]*(?:\/\/[^\r\n]*|\/\*[^]*?\*\/))*/y
  remarks.lastIndex = at
  remarks.exec(text)
  return remarks.lastIndex
}

function startOfSeparator(text: string, at: number): number {
  const [separator = ''] = /(?:\r?\n)?[ \t]*$/.exec(text.slice(0, at)) ?? []
  return at - separator.length
}

function isInLines(text: string, { children, end, start }: Node): boolean {
  const [first, last] = [children[0], children.at(-1)]
  if (!first || !last) return /\n/.test(text.trim()) || /^[\s\ufeff]*$/.test(text.slice(0, start))
  return /\n/.test(text.slice(start, first.start)) || /\n/.test(text.slice(last.end, end))
}

const isFirstInLine = (text: string, at: number): boolean => /(^|\n)[ \t]*$/.test(text.slice(0, at))

function indentAt(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at)
  return /^[ \t]*/.exec(line)?.[0] ?? ''
}

/** How deep the first member that has a line for itself stands. */
const unitOf = (text: string): string => /[{[]\r?\n([ \t]+)/.exec(text)?.[1] ?? '  '
const eolOf = (text: string): string => (/\r\n/.test(text) ? '\r\n' : '\n')
const gapOf = (text: string): string => (/[,:] /.test(text) ? ' ' : '')

function printed(text: string, value: unknown, indent: string | undefined): string {
  if (indent === undefined) return JSON.stringify(value)
  return JSON.stringify(value, null, unitOf(text)).replaceAll('\n', eolOf(text) + indent)
}

const isEqual = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)
