import { parseArgs } from 'node:util'
import { AppError } from '../domain/error.ts'
import { distance } from '../domain/word.ts'
import { type Spec, type Syntax, syntaxOf, type Value } from './command.ts'
import type { Field } from './field.ts'

/** What was typed after the words of a command. */
export interface Arguments {
  input: Record<string, unknown>
  json: boolean
  /** The person agreed beforehand. */
  yes: boolean
  help: boolean
}

export const everywhere = { json: 'json', yes: 'yes', confirm: 'yes', help: 'help' } as const
const isEverywhere = (name: string): name is keyof typeof everywhere => Object.hasOwn(everywhere, name)

export function parseArguments(spec: Spec, typed: readonly string[]): Arguments {
  const syntax = syntaxOf(spec)
  const found: Arguments = { input: {}, json: false, yes: false, help: false }
  const values: string[] = []
  for (const token of tokensOf(syntax, typed)) {
    if (token.kind === 'positional') values.push(token.value)
    if (token.kind !== 'option') continue
    if (isEverywhere(token.name)) found[everywhere[token.name]] = truthOf(token.rawName, token.value)
    else take(found.input, syntax, token)
  }
  if (!found.help) Object.assign(found.input, placed(syntax, values, found.input))
  return found
}

function tokensOf(syntax: Syntax, typed: readonly string[]) {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {
    json: { type: 'boolean' },
    yes: { type: 'boolean', short: 'y' },
    confirm: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  }
  for (const { flag, kind, short } of syntax.fields) {
    const type = kind === 'truth' ? 'boolean' : 'string'
    options[flag] = { type, ...(short !== undefined && { short }) }
    if (kind === 'list') options[singular(flag)] ??= { type }
  }
  return parseArgs({ args: [...typed], options, strict: false, allowPositionals: true, tokens: true }).tokens
}

/** `--tag a --tag b` reads better than `--tags a --tags b`; both work. */
export const singular = (flag: string): string => flag.replace(/(?<=s)es$|s$/, '')

interface Option {
  name: string
  rawName: string
  value?: string | undefined
  inlineValue?: boolean | undefined
}

function take(input: Record<string, unknown>, syntax: Syntax, option: Option): void {
  const field = fieldNamed(syntax, option.name)
  if (!field) {
    const denied = option.name.startsWith('no-') ? fieldNamed(syntax, option.name.slice(3)) : undefined
    if (denied?.kind !== 'truth') throw unknownFlag(syntax, option.rawName)
    input[denied.name] = !truthOf(option.rawName, option.value)
    return
  }
  if (field.kind === 'truth') {
    input[field.name] = truthOf(option.rawName, option.value)
    return
  }
  const { value } = option
  if (value === undefined || (!option.inlineValue && isFlag(syntax, value))) {
    throw wrong(syntax, `${option.rawName} needs a value.`)
  }
  if (field.kind === 'list') {
    const before = input[field.name]
    input[field.name] = [
      ...(Array.isArray(before) ? before : []),
      ...chosen(syntax, field, option.rawName, value),
    ]
    return
  }
  input[field.name] = read(syntax, field, option.rawName, value)
}

const fieldNamed = (syntax: Syntax, flag: string): Field | undefined =>
  syntax.fields.find(field => field.flag === flag) ??
  syntax.fields.find(field => field.kind === 'list' && singular(field.flag) === flag)

const isFlag = (syntax: Syntax, text: string): boolean =>
  text.startsWith('--') && (isEverywhere(text.slice(2)) || fieldNamed(syntax, text.slice(2)) !== undefined)

function truthOf(rawName: string, value: string | undefined): boolean {
  if (value === undefined || value === 'true') return true
  if (value === 'false') return false
  throw new AppError('validation_error', `${rawName} is true or false, not "${value}".`)
}

const listOf = (value: string): string[] =>
  value
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')

const chosen = (syntax: Syntax, field: Field, typedAs: string, value: string): string[] =>
  listOf(value).map(one => choiceOf(syntax, field, typedAs, one))

function choiceOf(syntax: Syntax, { choices }: Field, typedAs: string, value: string): string {
  if (choices.length === 0 || choices.includes(value)) return value
  const near = nearest(value, choices)
  throw wrong(
    syntax,
    `${typedAs} is one of ${choices.join(', ')}, not "${value}".`,
    near && `Did you mean ${near}?`,
  )
}

function read(syntax: Syntax, field: Field, typedAs: string, value: string): unknown {
  if (field.kind === 'choice') return choiceOf(syntax, field, typedAs, value)
  if (field.kind === 'number') {
    if (value.trim() === '' || Number.isNaN(Number(value))) {
      throw wrong(syntax, `${typedAs} is a number, not "${value}".`)
    }
    return Number(value)
  }
  if (field.kind === 'list') return chosen(syntax, field, typedAs, value)
  if (field.kind === 'truth') return truthOf(typedAs, value)
  return field.kind === 'json' ? jsonOf(syntax, typedAs, value) : value
}

function jsonOf(syntax: Syntax, typedAs: string, value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    throw wrong(syntax, `${typedAs} is JSON, which this is not: ${value.slice(0, 80)}`)
  }
}

/**
 * Words go to values from left to right; the last value takes what is left, so that a text needs no quotes:
 *
 *     log <project> [duration] [description]
 *     log  acme      1h30m      Design review of the login
 */
function placed(
  syntax: Syntax,
  typed: readonly string[],
  flags: Record<string, unknown>,
): Record<string, unknown> {
  const input: Record<string, unknown> = {}
  const rest = [...typed]
  const open = syntax.values.filter(({ field }) => flags[field.name] === undefined)
  open.forEach((value, at) => {
    const { field } = value
    const isLast = at === open.length - 1
    if (rest[0] === undefined || isSkipped(value, open[at + 1], rest)) return
    const words = rest.splice(0, isLast && isText(field) ? rest.length : 1)
    const shownAs = `<${field.name}>`
    input[field.name] =
      field.kind === 'list'
        ? words.flatMap(word => chosen(syntax, field, shownAs, word))
        : read(syntax, field, shownAs, words.join(' '))
  })
  if (rest.length > 0) throw wrong(syntax, `There is no place for "${rest.join(' ')}".`)
  return input
}

/**
 * A duration can be told from other words. So it may be left out before a description, and a project may be left out
 * before a duration: the directory says which.
 */
function isSkipped(
  { field, required }: Value,
  next: Value | undefined,
  [word = '', after]: string[],
): boolean {
  if (field.name === 'duration') return !/^[\d.]/.test(word)
  const isDuration = /^(\d*\.?\d+[hm]|\d+h\d+m?|\d+:\d\d)$/i
  return required && next?.field.name === 'duration' && isDuration.test(word) && !isDuration.test(after ?? '')
}

const isText = ({ kind }: Field): boolean => kind === 'text' || kind === 'list'

/** What has to be there and is not; a project may still come from the directory. */
export function missingValue(spec: Spec, input: Record<string, unknown>): Field | undefined {
  return syntaxOf(spec).values.find(({ field, required }) => required && input[field.name] === undefined)
    ?.field
}

export function missing(spec: Spec, field: Field): AppError {
  return new AppError('validation_error', `Which ${field.name.replaceAll('_', ' ')}?`, {
    hint: `Write \`stint ${spec.command}\`.`,
  })
}

function unknownFlag(syntax: Syntax, typed: string): AppError {
  const known = [...syntax.fields.map(field => `--${field.flag}`), '--json', '--yes', '--help']
  const near = nearest(typed, known)
  return new AppError('validation_error', `\`stint ${syntax.words}\` has no ${typed}.`, {
    details: { known_flags: known },
    hint: near ? `Did you mean ${near}?` : `\`stint ${syntax.words} --help\` shows its flags.`,
  })
}

const wrong = (syntax: Syntax, message: string, hint?: string): AppError =>
  new AppError('validation_error', message, {
    hint: hint ?? `\`stint ${syntax.words} --help\` shows how it is used.`,
  })

/** The one that was meant, if a few slips make it. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map(one => ({ one, edits: distance(typed.toLowerCase(), one) }))
    .toSorted((a, b) => a.edits - b.edits)
  if (best && best.edits <= Math.max(1, Math.floor(typed.replace(/^-+/, '').length / 3))) return best.one
  return known.find(one => typed.length > 3 && one.startsWith(typed))
}
