import { singular } from './arguments.ts'
import { type Spec, syntaxOf, wordsOf } from './command.ts'
import type { Field } from './field.ts'
import type { Look } from './look.ts'
import { wrapped } from './width.ts'
import { inTyping } from './words.ts'

const everyday = [
  'start',
  'stop',
  'pause',
  'resume',
  'status',
  'log',
  'entries',
  'edit',
  'report',
  'budget',
  'invoice',
]

export interface Catalog {
  version: string
  operations: readonly (Spec & { name: string })[]
  own: readonly Spec[]
}

/** What `stint` alone shows. */
export function shortHelp({ operations, version }: Catalog, look: Look): string {
  const specs = everyday.flatMap(words => operations.filter(one => wordsOf(one.command) === words))
  return [
    `${look.paint.bold('stint')} ${look.paint.dim(version)}  Time for people who work with coding assistants.\n\n`,
    list(specs, operations, look),
    `\n${look.paint.dim('stint --help shows all commands, stint <command> --help one of them.')}\n`,
  ].join('')
}

export function longHelp({ operations, own, version }: Catalog, look: Look): string {
  const isEveryday = (spec: Spec): boolean => everyday.includes(wordsOf(spec.command))
  const { bold, dim } = look.paint
  return [
    `${bold('stint')} ${dim(version)}  Time for people who work with coding assistants.\n`,
    `\n${bold('Usage')}\n  stint <command> [values] [flags]\n`,
    `\n${bold('Every day')}\n`,
    list(
      everyday.flatMap(words => operations.filter(one => wordsOf(one.command) === words)),
      operations,
      look,
    ),
    `\n${bold('More')}\n`,
    list(
      operations.filter(one => !isEveryday(one)),
      operations,
      look,
    ),
    `\n${bold('The program')}\n`,
    list(
      own.filter(one => !one.hidden),
      operations,
      look,
    ),
    `\n${bold('Everywhere')}\n`,
    ...everywhereFlags.map(row => entry(row, 14, look)),
    `\n${dim('stint <command> --help shows one command with its flags and examples.')}\n`,
  ].join('')
}

/** The commands of one noun: `stint project`. */
export function groupHelp(
  group: string,
  specs: readonly Spec[],
  { operations }: Catalog,
  look: Look,
): string {
  return `${look.paint.bold(`stint ${group}`)} <command>\n\n${list(specs, operations, look)}`
}

export function commandHelp(spec: Spec, { operations }: Catalog, look: Look): string {
  const { values, fields, flags, words } = syntaxOf(spec)
  const { bold, dim } = look.paint
  const about = (field: Field): string => inTyping(aboutField(field), operations, fields)
  const valueRows = values.map(
    ({ field, required }): Row => [required ? `<${field.name}>` : `[${field.name}]`, about(field)],
  )
  const flagRows = flags.map((field): Row => [flagText(field), about(field)])
  const width = Math.min(28, Math.max(...[...valueRows, ...flagRows].map(([name]) => name.length), 14))
  const section = (title: string, rows: readonly Row[]): string =>
    rows.length === 0 ? '' : `\n${bold(title)}\n${rows.map(row => entry(row, width, look)).join('')}`
  const examples = spec.examples ?? []
  return [
    `${bold(`stint ${words}`)}${spec.command.slice(words.length)}${flags.length > 0 ? ' [flags]' : ''}\n\n`,
    ...wrapped(inTyping(spec.summary, operations, fields), lineWidth(look)).map(line => `${line}\n`),
    section('Values', valueRows),
    section('Flags', flagRows),
    section('Everywhere', everywhereFlags),
    examples.length === 0 ? '' : `\n${bold('Examples')}\n`,
    ...examples.map(example => `  ${dim('$')} stint ${example}\n`),
  ].join('')
}

type Row = readonly [name: string, about: string]

const everywhereFlags: readonly Row[] = [
  ['    --json', 'The answer as JSON'],
  ['-y, --yes', 'Do not ask before something is taken away'],
  ['-h, --help', 'This help'],
]

function flagText(field: Field): string {
  const short = field.short === undefined ? '    ' : `-${field.short}, `
  if (field.kind === 'truth') return `${short}--[no-]${field.flag}`
  const flag = field.kind === 'list' ? singular(field.flag) : field.flag
  return `${short}--${flag} <${field.kind === 'number' ? 'n' : field.kind === 'json' ? 'json' : 'text'}>`
}

function aboutField(field: Field): string {
  const parts = [
    field.about,
    field.choices.join(' | '),
    field.kind === 'list' ? 'several: again, or with commas' : '',
  ]
  return parts.filter(part => part !== '').join('; ') || sentence(field.name)
}

const sentence = (name: string): string =>
  `${name.slice(0, 1).toUpperCase()}${name.slice(1).replaceAll('_', ' ')}`

function list(specs: readonly Spec[], operations: Catalog['operations'], look: Look): string {
  const width = Math.min(42, Math.max(...specs.map(spec => spec.command.length)))
  return specs
    .map(spec => {
      // one word before a colon is no sentence
      const [first = ''] = spec.summary.split(/(?<=\.) |(?<= .*)[:;] /)
      const about = inTyping(first, operations, syntaxOf(spec).fields).replace(/\.$/, '')
      return entry([spec.command, about], width, look)
    })
    .join('')
}

/** A name and what it is about, hanging beside it. */
function entry([name, about]: Row, width: number, look: Look): string {
  const lines = wrapped(about, lineWidth(look) - width - 4)
  const own = name.length > width ? [name, ...lines.map(line => ' '.repeat(width + 2) + line)] : undefined
  const shown =
    own ?? lines.map((line, at) => (at === 0 ? name.padEnd(width) : ' '.repeat(width)) + `  ${line}`)
  return shown.map(line => `  ${line.trimEnd()}\n`).join('')
}

const lineWidth = ({ columns = 80 }: Look): number => Math.max(60, Math.min(columns, 100))
