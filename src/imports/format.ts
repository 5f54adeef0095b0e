import { AppError } from '../domain/error.ts'
import { quoted } from '../domain/zone.ts'
import { type Columns, columnsOf, type Field } from './column.ts'
import { csvRow, csvRows, firstRecords } from './csv.ts'
import { type DateOrder, orderBetween, orderIn } from './date.ts'
import { type Chunks, decoded, textOf } from './encoding.ts'
import { firstObjects, type JsonKeys, jsonRow, jsonRows, objectIn } from './json.ts'
import { type DecimalSign, signIn } from './number.ts'
import type { SourceRow } from './source.ts'

/** Whose file it is; `csv` is any table whose headings can be understood. */
export const programs = ['toggl', 'clockify', 'harvest', 'timewarrior', 'stint', 'csv'] as const
export type SourceProgram = (typeof programs)[number]

export interface Format {
  program: SourceProgram
  layout:
    | { kind: 'csv'; delimiter: string; columns: Columns }
    | { kind: 'json'; keys: JsonKeys; columns?: undefined }
  decimal_sign?: DecimalSign
  date_order?: DateOrder
  /** A date that can be read in two ways, as long as no other decides. */
  unclear_date?: string
}

export interface Said {
  from?: SourceProgram | undefined
  date_order?: DateOrder | undefined
}

/** What a file is, as far as its beginning tells. */
export function detect(head: string | Uint8Array, said: Said = {}): Format {
  const beginning = textOf(head)
  // what is shorter than a beginning is all there is: its last line ends, as the parser sees by what follows
  const text = beginning.length < headLength ? `${beginning}\n\n\n\n` : beginning
  const { format, rows } = text.trimStart().startsWith('[') ? jsonFormat(text) : csvFormat(text)
  for (const row of rows) learn(format, row)
  return {
    ...format,
    ...(said.from && { program: said.from }),
    ...(said.date_order && ordered(said.date_order)),
  }
}

/** What a file is, read on until nothing is open. */
export async function survey(chunks: Chunks, said: Said = {}): Promise<Format> {
  const { format, texts } = await begun(decoded(chunks), said)
  for await (const row of sourceRows(texts, format)) {
    if (!isOpen(format)) break
    learn(format, row)
  }
  return decided(format)
}

/** Its format from the beginning of a text, and all of the text. */
export async function begun(
  texts: AsyncGenerator<string>,
  said: Said,
): Promise<{ format: Format; texts: AsyncGenerator<string> }> {
  let head = ''
  while (head.length < headLength) {
    const next = await texts.next()
    if (next.done) return { format: detect(head, said), texts: followed(head, texts) }
    head += next.value
  }
  return { format: detect(head, said), texts: followed(head, texts) }
}

export function sourceRows(texts: AsyncIterable<string>, { layout }: Format): AsyncGenerator<SourceRow> {
  return layout.kind === 'json'
    ? jsonRows(texts, layout.keys)
    : csvRows(texts, layout.columns, layout.delimiter)
}

/** A format to read by; a date that nothing explains is asked about. */
export function decided(format: Format): Format {
  if (format.unclear_date !== undefined && !format.date_order) {
    throw new AppError(
      'validation_error',
      `${quoted(format.unclear_date)} can be read in two ways, and no date of the file tells in which.`,
      {
        hint: 'Say --date-order dmy if the day stands first, or --date-order mdy if the month does.',
        details: { date_orders: ['dmy', 'mdy'], date: format.unclear_date },
      },
    )
  }
  const isComma = format.layout.kind === 'csv' && format.layout.delimiter === ';'
  return { decimal_sign: isComma ? ',' : '.', ...format }
}

const headLength = 65_536

async function* followed(head: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield head
  yield* rest
}

interface Beginning {
  format: Format
  rows: SourceRow[]
}

function csvFormat(head: string): Beginning {
  const [best] = delimiters
    .map(delimiter => {
      const [titles = [], ...records] = firstRecords(head, delimiter)
      return { delimiter, titles, records, columns: columnsOf(titles) }
    })
    .toSorted((a, b) => known(b.columns) - known(a.columns))
  if (!best || known(best.columns) === 0) throw unknownFile()
  const { columns, delimiter, records, titles } = best
  assertTime(columns, titles)
  return {
    format: { program: programOf(columns, titles), layout: { kind: 'csv', delimiter, columns } },
    rows: records.map((cells, index) => csvRow(cells, index + 2, columns)),
  }
}

const delimiters = [',', ';', '\t']
const known = ({ at }: Columns): number => Object.keys(at).length

/** Programs have lists of projects and sums to export too. */
function assertTime({ at }: Columns, titles: readonly string[]): void {
  const has = (...fields: Field[]) => fields.some(field => at[field] !== undefined)
  const isPlaced = has('start') || (has('date') && has('seconds', 'duration', 'hours', 'minutes'))
  const isMeasured = has('end', 'seconds', 'duration', 'hours', 'minutes')
  if (isPlaced && isMeasured) return
  throw new AppError('validation_error', 'The file has no columns for a day and a length of time.', {
    hint: 'Export the detailed report, one row for each entry; another table needs Date or Start, and End, Duration or Hours.',
    details: { columns: titles.slice(0, 40) },
  })
}

function programOf({ at }: Columns, titles: readonly string[]): SourceProgram {
  const has = (...fields: Field[]) => fields.every(field => at[field] !== undefined)
  const isTitled = (form: RegExp) => titles.some(title => form.test(title.trim()))
  if (isTitled(/^active_seconds$/) && has('id', 'start', 'end', 'seconds')) return 'stint'
  if (isTitled(/^Duration \((h|decimal)\)$/i) && has('project')) return 'clockify'
  if (has('first_name', 'last_name', 'hours', 'date')) return 'harvest'
  if (has('date', 'start', 'duration') && isTitled(/^Start date$/i) && isTitled(/^Start time$/i))
    return 'toggl'
  return 'csv'
}

function jsonFormat(head: string): Beginning {
  const pieces = firstObjects(head)
  const first = objectIn(pieces[0]?.text ?? '')
  if (!first) throw unknownFile()
  const program = isStint(first) ? 'stint' : isTimewarrior(first) ? 'timewarrior' : undefined
  if (!program) throw unknownFile()
  const keys = jsonKeys[program]
  return {
    format: { program, layout: { kind: 'json', keys } },
    rows: pieces.map(piece => jsonRow(piece, keys)),
  }
}

const isStint = (first: Record<string, unknown>): boolean =>
  typeof first.id === 'string' && 'active_seconds' in first && 'project' in first
const isTimewarrior = ({ start }: Record<string, unknown>): boolean =>
  typeof start === 'string' && /^\d{8}T\d{6}Z$/.test(start)

const jsonKeys = {
  timewarrior: { start: 'start', end: 'end', tags: 'tags', description: 'annotation' },
  stint: {
    id: 'id',
    start: 'start',
    end: 'end',
    date: 'date',
    seconds: 'seconds',
    client: 'client',
    project: 'project',
    task: 'task',
    member: 'member',
    description: 'description',
    tags: 'tags',
    billable: 'billable',
    agent_seconds: 'agent_seconds',
    billable_seconds: 'billable_seconds',
    rate: 'hourly_rate',
    agent_rate: 'agent_rate',
    amount: 'amount',
    currency: 'currency',
    invoice_number: 'invoice',
  },
} satisfies Partial<Record<SourceProgram, JsonKeys>>

const ordered = (date_order: DateOrder) => ({ date_order, unclear_date: undefined })

/** Takes from a row what it tells about how the file writes numbers and dates. */
function learn(format: Format, row: SourceRow): void {
  for (const field of ['hours', 'rate', 'amount', 'duration'] as const) {
    const number = row.cell(field)
    if (format.decimal_sign) break
    if (number !== '' && !number.includes(':')) {
      const sign = signIn(number)
      if (sign) format.decimal_sign = sign
    }
  }
  if (format.date_order) return
  const dates = (['date', 'end_date', 'start', 'end'] as const).map(
    field => row.cell(field).split(/[T ,]/)[0] ?? '',
  )
  for (const date of dates) {
    const order = orderIn(date)
    if (order === 'unclear') format.unclear_date ??= date
    else if (order) format.date_order ??= order
  }
  const [date = '', endDate = '', start = '', end = ''] = dates
  const order = orderBetween(date, endDate) ?? orderBetween(start, end)
  if (order) format.date_order ??= order
}

/** Whether the rest of the file may still tell something. */
function isOpen({ date_order, decimal_sign, layout, unclear_date }: Format): boolean {
  if (layout.kind === 'json') return false
  const { amount, hours, rate } = layout.columns.at
  const hasNumbers = [amount, hours, rate].some(at => at !== undefined)
  return (unclear_date !== undefined && !date_order) || (hasNumbers && !decimal_sign)
}

const unknownFile = (): AppError =>
  new AppError('validation_error', 'This is no file of time that can be read.', {
    hint: 'Give the detailed report of Toggl, Clockify or Harvest as CSV, what `timew export` prints, or a CSV file whose first line names its columns, such as Date, Project, Hours.',
  })
