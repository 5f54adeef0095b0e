import * as z from 'zod'
import { foldName } from './name.ts'

/** One line that people type and read: names of things. */
export function name(max = 200) {
  return line(max).min(1, { error: 'Must not be empty' })
}

export const longestDescription = 1000
export const mostTags = 20

/** Descriptions and notes: several lines, and none at all. */
export function text(max = longestDescription) {
  return z
    .string()
    .overwrite(tidyText)
    .refine(value => !hiddenInText.test(value), {
      error: issue => hiddenError(issue.input, hiddenInText),
      abort: true,
    })
    .max(max, { error: tooLong(max) })
}

/** Text; a plain number is read as its shortest decimal text. */
export const textOrNumber = (most: number) =>
  z.preprocess(value => (typeof value === 'number' ? String(value) : value), z.string().max(most))

/** What is no text itself, and is cleared as text is: by an empty one. */
export function clearable<T extends z.ZodType>(field: T) {
  const orNone = field.nullable()
  // schemas say what it is when it is there, and hold no unions
  orNone._zod.toJSONSchema = () => {
    const { $schema: _, ...schema } = z.toJSONSchema(field, { io: 'input' })
    return schema
  }
  return z.preprocess(value => (value === '' ? null : value), orNone)
}

export const description = text()

export const tag = name(50).refine(value => !value.includes(','), { error: 'A tag has no comma' })

/** The first way to write each tag stays, in the order given. */
export const tags = z
  .array(tag, { error: 'Must be a list of tags' })
  .overwrite(distinct)
  .max(mostTags, { error: `At most ${mostTags} tags` })

export const color = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}$/, { error: 'Must be a colour like #3366ff', abort: true })

function line(max: number) {
  return z
    .string()
    .overwrite(tidyLine)
    .refine(value => !hiddenInLine.test(value), {
      error: issue => hiddenError(issue.input, hiddenInLine),
      abort: true,
    })
    .max(max, { error: tooLong(max) })
}

/**
 * What a reader cannot see, or what turns the order of what they see: it makes two names look alike, or one text say
 * two things to a person and to an assistant. Inside an emoji two of them are harmless: the joiner between two
 * pictures and the choice of a coloured one.
 */
const unseen = [
  String.raw`[\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\ufff9-\ufffb]`,
  String.raw`(?![\u200d\ufe0e\ufe0f])\p{Default_Ignorable_Code_Point}`,
  String.raw`(?<!\p{Extended_Pictographic})[\ufe0e\ufe0f](?!\u20e3)`,
  String.raw`(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d`,
  String.raw`\u200d(?!\p{Extended_Pictographic})`,
].join('|')
const hiddenInLine = new RegExp(String.raw`\p{Cc}|${unseen}`, 'u')
const hiddenInText = new RegExp(String.raw`(?![\n\t])\p{Cc}|${unseen}`, 'u')

function tidyLine(value: string): string {
  return value.trim().normalize('NFC')
}

function tidyText(value: string): string {
  return tidyLine(value.replaceAll('\r\n', '\n'))
}

function hiddenError(input: unknown, hidden: RegExp): string {
  const [found = ''] = hidden.exec(String(input)) ?? []
  const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return `Holds a character that cannot be seen (U+${code}); leave it out`
}

function tooLong(max: number): string {
  return `At most ${max} characters`
}

/** The first way to write each stays. */
export function distinct(values: readonly string[]): string[] {
  const byKey = new Map<string, string>()
  for (const value of values) {
    const key = foldName(value)
    if (!byKey.has(key)) byKey.set(key, value)
  }
  return [...byKey.values()]
}
