import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs'
import type { Told } from '../../tools/import.ts'
import type { Terminal } from '../cli/terminal.ts'
import type { App } from '../core/app.ts'
import { AppError } from '../domain/error.ts'
import { type Format, type Said, survey } from '../imports/format.ts'
import { type ImportRow, isProblem } from '../imports/row.ts'
import { type Reading, rows } from '../imports/rows.ts'
import { Tally, type Totals } from '../imports/totals.ts'
import { megabytesOf, progressOn } from './import.ts'

/** What a file is, and what is in it. */
export interface Source {
  path: string
  bytes: number
  format: Format
  reading: Reading & { format: Format }
  in_file: Totals
  /** As the file calls them. */
  members: Set<string>
  /** In which each client, or project without one, is billed. */
  currencies: Map<string, string>
  problems: Lines
  notes: Lines
}

/** Read through before anything is written: what is wrong with it is told then, and not halfway. */
export async function surveyed(
  app: App,
  terminal: Terminal,
  path: string,
  { currency, date_order, from, zone }: Said & Omit<Reading, 'format'>,
): Promise<Source> {
  const format = await survey(createReadStream(path), { from, date_order })
  const bytes = statSync(path).size
  const source: Source = {
    path,
    bytes,
    format,
    reading: { format, zone, date_order, currency },
    in_file: new Tally().totals(),
    members: new Set(),
    currencies: new Map(),
    problems: noLines(),
    notes: noLines(),
  }
  const tally = new Tally()
  for await (const one of readOf(app, terminal, source, 'Reading')) {
    tally.add(one)
    if (isProblem(one)) keep(source.problems, one)
    else learn(source, one)
  }
  return { ...source, in_file: tally.totals() }
}

function learn({ currencies, members, notes }: Source, row: ImportRow): void {
  const { amount, line, member, note, rate } = row
  const currency = rate?.currency ?? amount?.currency
  if (currency && !currencies.has(payerOf(row))) currencies.set(payerOf(row), currency)
  if (member) members.add(member.name)
  if (note) keep(notes, { line, message: note })
}

export const payerOf = ({ client, project }: ImportRow): string => JSON.stringify(client ?? [project])

export async function* readOf(
  app: App,
  terminal: Terminal,
  { bytes: all, path, reading }: Pick<Source, 'bytes' | 'path' | 'reading'>,
  doing: string,
) {
  const progress = progressOn(terminal, () => app.clock())
  async function* chunks(): AsyncGenerator<Uint8Array> {
    let bytes = 0
    // without an encoding a stream gives bytes
    const stream: AsyncIterable<Uint8Array> = createReadStream(path)
    for await (const chunk of stream) {
      bytes += chunk.length
      progress.tell(`${doing} ${megabytesOf(bytes, all)}`)
      yield chunk
    }
  }
  try {
    yield* rows(chunks(), reading)
  } finally {
    progress.end()
  }
}

/** The first of many lines. */
export interface Lines {
  count: number
  first: Told[]
}

const mostKept = 100
export const noLines = (): Lines => ({ count: 0, first: [] })

export function keep(lines: Lines, { line, message }: Told): void {
  lines.count++
  if (lines.first.length < mostKept) lines.first.push({ line, message })
}

export function assertReadable(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) throw new AppError('not_found', `There is no file ${path}.`)
  if (!found.isFile()) throw new AppError('validation_error', `${path} is no file.`)
  const kind = others.find(([mark]) => firstBytes(path).startsWith(mark))?.[1]
  if (!kind) return
  throw new AppError('validation_error', `${path} is ${kind}, which cannot be read.`, {
    hint: 'Export the detailed report as CSV, one row for each entry.',
  })
}

/** What `export everything` wrote, and no list of entries. */
export const isDocument = (path: string): boolean => /^(ï»¿)?\s*\{/.test(firstBytes(path))

const others = [
  ['%PDF', 'a PDF'],
  ['PK\u0003\u0004', 'an Excel workbook or a ZIP'],
  ['\u00d0\u00cf\u0011\u00e0', 'an old Excel workbook'],
] as const

function firstBytes(path: string): string {
  const bytes = Buffer.alloc(4)
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    readSync(file, bytes)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'it is broken'
    throw new AppError('validation_error', `${path} cannot be read (${code}).`)
  } finally {
    if (file !== undefined) closeSync(file)
  }
  return bytes.toString('latin1')
}
