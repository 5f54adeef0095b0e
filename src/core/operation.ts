import * as z from 'zod'
import type { Role } from '../domain/member.ts'
import type { ChangeContext, Context } from './context.ts'

export type Scope = 'read' | 'write' | 'full'
export type Toolset = 'track' | 'report' | 'billing' | 'more' | 'admin'

/** Columns and rows that a terminal may align and colour. */
export interface Table {
  columns: readonly string[]
  rows: readonly (readonly string[])[]
  /** Parts of the largest, from 0 to 1, for the first rows: a terminal draws them where it is wide enough. */
  bars?: readonly number[]
}
/** What people read: sentences and tables, in order. */
export type Page = string | readonly (string | Table)[]

/** How to say instants to the one who reads, seen from now: `09:15`, `yesterday 09:15`, `2026-05-04 09:15`. */
export interface View {
  time(ms: number): string
}

interface Faces<I extends z.ZodObject, O extends z.ZodObject> {
  name: string
  /** One or two sentences: what it does and when to use it. */
  summary: string
  scope: Scope
  /** The least role that may call it; left out: viewer for what reads, member for what changes. */
  role?: Role
  /** Left out: no MCP tool. */
  toolset?: Toolset
  route: string
  command: string
  examples?: readonly string[]
  /** Answers `{file}`: its bytes are what is wanted. */
  file?: true
  input: I
  /** Fields that are taken as well, but not listed for tools: there each costs every model its words. */
  seldom?: readonly (keyof I['shape'] & string)[]
  output: O
  text(output: z.infer<O>, view: View): Page
}

interface QuerySpec<I extends z.ZodObject, O extends z.ZodObject> extends Faces<I, O> {
  /**
   * Answers the same within each of these milliseconds of the clock, unless something is written: it may be answered
   * from memory. Somewhere a day may end at each quarter of an hour.
   */
  steady?: number
  run(context: Context, input: z.output<I>): Promise<z.input<O>>
}

interface ChangeSpec<I extends z.ZodObject, O extends z.ZodObject> extends Faces<I, O> {
  /** Takes something away that may be missed: asks before it acts. */
  destructive?: boolean | ((input: z.output<I>) => boolean)
  /** Doing it twice is as good as once. */
  idempotent?: boolean
  /** Fields of the answer that are shown once and kept nowhere. */
  secrets?: readonly string[]
  /** What a person is asked before a destructive change. */
  question?(input: z.output<I>): string
  /** The query that tells of the thing that the question is about; both take it as the same field. */
  about?: { query: string; field: keyof I['shape'] & string }
  run(context: ChangeContext, input: z.output<I>): Promise<z.input<O>>
}

export type Operation<I extends z.ZodObject = z.ZodObject, O extends z.ZodObject = z.ZodObject> =
  | ({ mutates: false } & QuerySpec<I, O>)
  | ({ mutates: true } & ChangeSpec<I, O>)

// biome-ignore lint: the one place for `any`: a list of operations whose inputs differ
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyOperation = Operation<any, any>

export const query = <I extends z.ZodObject, O extends z.ZodObject>(spec: QuerySpec<I, O>) => ({
  mutates: false as const,
  ...spec,
})

export const change = <I extends z.ZodObject, O extends z.ZodObject>(spec: ChangeSpec<I, O>) => ({
  mutates: true as const,
  ...spec,
  // each keeps its own type: the two fields are the same everywhere and `call` alone reads them
  input: spec.input.extend({ idempotency_key: idempotencyKey.optional() }) as unknown as I & typeof keyed,
  output: spec.output.extend({ replayed: z.literal(true).optional() }) as unknown as O,
})

const idempotencyKey = z.string().min(1).max(255).describe('Retry key')
const keyed = z.object({ idempotency_key: idempotencyKey.optional() })

export type InputOf<T> = T extends { input: infer I extends z.ZodType } ? z.input<I> : never
export type OutputOf<T> = T extends { output: infer O extends z.ZodType } ? z.output<O> : never
