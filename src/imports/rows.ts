import { exponentOf, isCurrency } from '../domain/currency.ts'
import { AppError } from '../domain/error.ts'
import { fittingDescription, fittingName, fittingTags } from '../domain/fitting.ts'
import { type Amount, halfUp, moneyText, parseMoney, rounded, worth } from '../domain/money.ts'
import { quoted } from '../domain/zone.ts'
import type { DateOrder } from './date.ts'
import { type Chunks, decoded } from './encoding.ts'
import { begun, decided, type Format, sourceRows } from './format.ts'
import { decimalText, inCurrency } from './number.ts'
import { placed } from './placed.ts'
import type { ImportRow, Problem, Read } from './row.ts'
import type { SourceRow } from './source.ts'

export interface Reading {
  /** What `survey` found; without it the beginning of the file has to tell. */
  format?: Format | undefined
  /** Whose local times the file has. */
  zone: string
  date_order?: DateOrder | undefined
  /** Of money for which the file names none. */
  currency?: string | undefined
}

/** The rows of a file one after the other, and in their places those that cannot be read. */
export async function* rows(chunks: Chunks, reading: Reading): AsyncGenerator<Read> {
  const { date_order, format: known } = reading
  const { format: found, texts } = known
    ? { format: { ...known, ...(date_order && { date_order }) }, texts: decoded(chunks) }
    : await begun(decoded(chunks), { date_order })
  const format = decided(found)
  const seen = new Map<string, number>()
  const problems: Problem[] = []
  let count = 0
  for await (const source of sourceRows(texts, format)) {
    const read = readRow(source, format, reading, seen)
    if ('message' in read && count === 0 && problems.length < mostTold) problems.push(read)
    if (!('message' in read)) count++
    yield read
  }
  if (count === 0) throw nothingRead(problems)
}

const mostTold = 5

function nothingRead(problems: readonly Problem[]): AppError {
  const [first] = problems
  if (!first) return new AppError('validation_error', 'The file has no rows.')
  return new AppError(
    'validation_error',
    `No row of the file can be read. Line ${first.line}: ${first.message}`,
    {
      details: { problems },
    },
  )
}

function readRow(source: SourceRow, format: Format, reading: Reading, seen: Map<string, number>): Read {
  try {
    return rowOf(source, format, reading, seen)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { hint, message } = error
    return { line: source.line, message: hint ? `${message} ${hint}` : message }
  }
}

function rowOf(source: SourceRow, format: Format, reading: Reading, seen: Map<string, number>): ImportRow {
  if (source.broken) throw new AppError('validation_error', source.broken, { hint: 'Export it again.' })
  const { note, place, said } = placed(source, format, reading.zone)
  const [client, task] = [fittingName(source.cell('client')), fittingName(source.cell('task'))]
  const row = {
    line: source.line,
    ...memberOf(source),
    ...(client && { client }),
    project: fittingName(source.cell('project')),
    ...(task && { task }),
    description: fittingDescription(source.cell('description')),
    tags: tagsOf(source, format),
    ...truth(source, 'billable'),
    ...truth(source, 'invoiced'),
    ...(source.cell('invoice_number') && { invoice_number: fittingName(source.cell('invoice_number')) }),
    ...place,
    ...(format.program === 'stint' && agentOf(source, place.seconds)),
    ...prices(source, format, reading, place.seconds),
    ...(note && { note }),
  }
  return { ...row, source_key: keyOf(row, source, format, said, seen) }
}

/**
 * What stays the same when somebody exports again, in another order, date format or zone, or after an invoice was
 * written. Rows that are alike are counted: the second of them is the second next time too.
 */
function keyOf(
  row: Omit<ImportRow, 'source_key'>,
  source: SourceRow,
  { program }: Format,
  said: string,
  seen: Map<string, number>,
): string {
  const id = source.cell('id')
  if (program === 'stint' && id) return JSON.stringify([program, id])
  const { client = '', description, member, project, seconds, tags, task = '' } = row
  const who = member?.email?.toLowerCase() ?? member?.name ?? ''
  // Timewarrior's tags are all that it knows a project by
  const what = program === 'timewarrior' ? tags.toSorted() : [client, project, task, description]
  const identity = [program, who, said, seconds, ...what]
  const alike = JSON.stringify(identity)
  const number = (seen.get(alike) ?? 0) + 1
  seen.set(alike, number)
  return JSON.stringify([...identity, number])
}

function memberOf(source: SourceRow): { member?: ImportRow['member'] } {
  const parts = [source.cell('first_name'), source.cell('last_name')].filter(part => part !== '')
  const [name, email] = [fittingName(source.cell('member') || parts.join(' ')), source.cell('email')]
  if (name === '' && email === '') return {}
  return { member: { name: name || email, ...(email && { email }) } }
}

/** A tag of ours may have a semicolon in it; in tables of others it stands between tags. */
function tagsOf(source: SourceRow, { program }: Format): string[] {
  const text = source.cell('tags')
  const isBySemicolon = program === 'csv' && text.includes(';') && !text.includes(',')
  return fittingTags(source.tags ?? text.split(isBySemicolon ? ';' : ','))
}

function truth(source: SourceRow, field: 'billable' | 'invoiced'): { [field]?: boolean } {
  const text = source.cell(field).toLowerCase()
  if (text === '') return {}
  const value = truths.get(text)
  if (value !== undefined) return { [field]: value }
  throw new AppError(
    'validation_error',
    `${quoted(text)} says neither that it is ${field} nor that it is not.`,
    {
      hint: 'Write yes or no.',
    },
  )
}

const truths = new Map<string, boolean>([
  ...['yes', 'true', '1', 'y', 'x', 'billable', 'invoiced'].map(word => [word, true] as const),
  ...['no', 'false', '0', 'n', 'non-billable', 'not billable', 'uninvoiced'].map(
    word => [word, false] as const,
  ),
])

function agentOf(
  source: SourceRow,
  seconds: number,
): Pick<ImportRow, 'agent_seconds' | 'agent_rate' | 'bill_agent_time'> {
  const agent_seconds = Number(source.cell('agent_seconds'))
  const rate = source.cell('agent_rate')
  if (!(agent_seconds > 0) && rate === '') return {}
  return {
    agent_seconds,
    // a rate is written only where it is billed
    bill_agent_time: rate !== '' || Number(source.cell('billable_seconds')) > seconds - agent_seconds,
    ...(rate !== '' && { agent_rate: decimalText(rate, '.', 'The agent rate') }),
  }
}

/** What is told of money; a file that has only what the time came to, as Toggl's, had a rate behind it. */
function prices(
  source: SourceRow,
  format: Format,
  reading: Reading,
  seconds: number,
): Pick<ImportRow, 'rate' | 'amount'> {
  const { rate } = money(source, 'rate', format, reading)
  const { amount } = money(source, 'amount', format, reading)
  const found = rate ?? (amount && format.program !== 'stint' ? rateBehind(amount, seconds) : undefined)
  return { ...(found && { rate: found }), ...(amount && { amount }) }
}

/** The rate an hour that comes to just that amount, if there is one. */
function rateBehind({ amount, currency }: Amount, seconds: number): Amount | undefined {
  if ((amount.split('.')[1] ?? '').length > exponentOf(currency)) return undefined
  const minor = parseMoney(amount, currency, 'The amount')
  if (minor === 0 || seconds === 0) return undefined
  const rate = Number(halfUp(BigInt(minor) * 3600n, BigInt(seconds)))
  return rounded(worth(seconds, rate)) === minor ? { amount: moneyText(rate, currency), currency } : undefined
}

function money(
  source: SourceRow,
  field: 'rate' | 'amount',
  { decimal_sign = '.', layout }: Format,
  reading: Reading,
): { rate?: Amount; amount?: Amount } {
  const text = source.cell(field)
  if (text === '') return {}
  const decimal = decimalText(text, decimal_sign, `The ${field}`)
  const currency = currencyIn(source.cell('currency')) ?? layout.columns?.currency[field] ?? reading.currency
  if (currency) return { [field]: { amount: inCurrency(decimal, currency), currency } }
  if (/^[0.]*$/.test(decimal)) return {}
  throw new AppError('validation_error', `The ${field} ${text} has no currency.`, {
    hint: 'Say --currency EUR, or whichever it is.',
  })
}

/** `EUR` and `Euro - EUR`. */
function currencyIn(text: string): string | undefined {
  const code = /(?:^|\W)([A-Z]{3})$/.exec(text)?.[1]
  return code !== undefined && isCurrency(code) ? code : undefined
}
