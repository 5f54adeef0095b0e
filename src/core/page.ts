import * as z from 'zod'
import { AppError } from '../domain/error.ts'
import { digest } from './digest.ts'

export const defaultLimit = 50

/** Where a list goes on: behind the row with this value in the sorted column, and this id. */
export interface Position<V extends string | number> {
  value: V
  id: string
}

/** What was asked, and of which list: with other filters, or in another list, a cursor means nothing. */
export interface Question {
  list: string
  [filter: string]: unknown
}

const byName = z.tuple([z.string(), z.string(), z.string()])
const byNumber = z.tuple([z.string(), z.int(), z.string()])

export const writeCursor = (question: Question, { id, value }: Position<string | number>): string =>
  Buffer.from(JSON.stringify([markOf(question), value, id])).toString('base64url')

export const readNameCursor = (
  question: Question,
  cursor: string | undefined,
): Position<string> | undefined => readCursor(byName, question, cursor)

export const readNumberCursor = (
  question: Question,
  cursor: string | undefined,
): Position<number> | undefined => readCursor(byNumber, question, cursor)

function readCursor<V extends string | number>(
  position: z.ZodType<[string, V, string]>,
  question: Question,
  cursor: string | undefined,
): Position<V> | undefined {
  if (cursor === undefined || cursor === '') return undefined
  const read = position.safeParse(parsed(cursor))
  if (!read.success) throw badCursor('This cursor is not one of ours, or it was cut.')
  const [asked, value, id] = read.data
  if (asked !== markOf(question)) throw badCursor('This cursor belongs to a list with other filters.')
  return { value, id }
}

const badCursor = (message: string): AppError =>
  new AppError('malformed', message, {
    hint: 'Leave the cursor out to begin anew, and repeat the same filters with each next_cursor.',
  })

function parsed(cursor: string): unknown {
  const bytes = Buffer.from(cursor, 'base64url')
  // the decoder skips what it does not know
  if (bytes.toString('base64url') !== cursor) return undefined
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}

const markOf = (question: Question): string => digest(JSON.stringify(question)).slice(0, 12)

/** By what a list is sorted that is read as a whole: a text of each thing, and where two have the same, its id. */
interface Order<T> {
  value: (one: T) => string
  id: (one: T) => string
  descending?: boolean
}

interface Wanted {
  cursor?: string | undefined
  limit?: number | undefined
}

/** A page of a list that is short enough to be read as a whole. */
export function pageOf<T>(
  all: readonly T[],
  question: Question,
  { cursor, limit = defaultLimit }: Wanted,
  { descending = false, id, value }: Order<T>,
): { page: T[]; next_cursor: string | null } {
  const after = readNameCursor(question, cursor)
  const placed = all.map(one => ({ one, at: { value: value(one), id: id(one) } }))
  const inOrder = (a: Position<string>, b: Position<string>): number =>
    (compare(a.value, b.value) || compare(a.id, b.id)) * (descending ? -1 : 1)
  const sorted = placed.toSorted((a, b) => inOrder(a.at, b.at))
  const { last, page } = cut(after ? sorted.filter(({ at }) => inOrder(at, after) > 0) : sorted, limit)
  return { page: page.map(({ one }) => one), next_cursor: last ? writeCursor(question, last.at) : null }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** One more row than asked for was read: it tells that there is a next page. */
export function cut<T>(rows: readonly T[], limit: number): { page: T[]; last: T | undefined } {
  const page = rows.slice(0, limit)
  return { page, last: rows.length > limit ? page.at(-1) : undefined }
}
