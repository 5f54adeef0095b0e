import * as z from 'zod'
import type { Page } from '../core/operation.ts'
import { type Field, fieldOf } from './field.ts'

/** What a command shows: the same value for `--json` and, as a page, for people. */
export interface Answer {
  output: object
  page: Page
  /** Where a good answer is bad news, as in `doctor`. */
  exit_code?: number
}

/** Something that can be typed. Operations are turned into it, the program's own commands are written as it. */
export interface Spec {
  /** `log <project> [duration] [description]`: its words, then its values by the names of their fields. */
  command: string
  summary: string
  examples?: readonly string[]
  input: z.ZodObject
  /** Answers a file, which is written where `--out` says. */
  file?: true
  /** Works, but is shown nowhere: for the shells. */
  hidden?: boolean
}

/** Undefined: it has written its answer itself. */
export interface Command extends Spec {
  run(input: Record<string, unknown>, wanted: { json: boolean; yes: boolean }): Promise<Answer | undefined>
}

export interface Value {
  field: Field
  required: boolean
}

/** How a command is typed. */
export interface Syntax {
  words: string
  values: readonly Value[]
  /** What is not a value. */
  flags: readonly Field[]
  fields: readonly Field[]
}

/** They are typed otherwise: `--yes`. */
const notTyped = new Set(['confirm'])

const out = z.string().optional().describe('Where to write it; - prints it')

export function syntaxOf({ command, file, input }: Spec): Syntax {
  const shape: Record<string, z.core.$ZodType> = file ? { ...input.shape, out } : input.shape
  const fields = Object.entries(shape)
    .filter(([name]) => !notTyped.has(name))
    .map(([name, schema]) => fieldOf(name, schema))
  const values = [...command.matchAll(/<(\w+)>|\[(\w+)\]/g)].map(([part, required, optional]): Value => {
    const name = required ?? optional
    const field = fields.find(one => one.name === name)
    if (!field) throw new Error(`${command}: its input has no field for ${part}.`)
    return { field, required: required !== undefined }
  })
  const isValue = new Set(values.map(value => value.field))
  return {
    words: wordsOf(command),
    values,
    fields,
    flags: fields.filter(field => !isValue.has(field)),
  }
}

export const wordsOf = (command: string): string => command.replace(/\s*[<[].*/, '')
