import type { Span } from './entry.ts'
import { grouped } from './grouped.ts'
import type { Interval } from './interval.ts'
import type { Grouping, Rounding, Strategy } from './invoice-document.ts'
import { lineNote } from './line-note.ts'
import { type Minor, rounded, worth } from './money.ts'
import { foldName } from './name.ts'
import type { Reference } from './reference.ts'
import { roundSeconds } from './rounding.ts'
import { type Billed, shared } from './sharing.ts'
import { textOrder } from './signal.ts'

/** A whole entry with what of it can be billed: the assistant's time is 0 where it is not. */
export interface BillableEntry {
  id: string
  member: Reference
  project: Reference
  task?: Reference | undefined
  /** Its local day. */
  date: string
  started_at: number | null
  ended_at: number | null
  description: string
  spans: readonly Span[]
  active_seconds: number
  agent_seconds: number
  rate: Minor
  agent_rate: Minor
}

/** Overlaps are looked at for each member alone. Time that has only a day overlaps nothing and counts in full. */
export function billedTime(
  entries: readonly BillableEntry[],
  strategy: Strategy,
  taken: ReadonlyMap<string, readonly Interval[]>,
): Map<string, Billed> {
  const billed = new Map<string, Billed>()
  for (const { id, active_seconds, agent_seconds } of entries)
    billed.set(id, { active_seconds, agent_seconds })
  if (strategy === 'add') return billed
  for (const [member, own] of grouped(entries, entry => entry.member.id)) {
    const timed = own.flatMap(({ id, started_at, ...entry }) =>
      started_at === null ? [] : [{ id, started_at, spans: billableSpans(entry) }],
    )
    for (const [id, share] of shared(timed, strategy, taken.get(member) ?? [])) billed.set(id, share)
  }
  return billed
}

const billableSpans = (entry: Omit<BillableEntry, 'id' | 'started_at'>): Span[] =>
  entry.spans.filter(({ kind }) => entry[`${kind}_seconds`] > 0)

/** What a line puts together; what it has of these is the same for all of its time. */
interface Group {
  project?: Reference
  task?: Reference
  member?: Reference
  date?: string
}

export interface TimeLine extends Group {
  kind: 'human' | 'agent'
  description: string
  seconds: number
  unrounded_seconds: number
  tracked_seconds: number
  rate: Minor
  amount: Minor
  entries: number
  note?: string
}

/** Lines of one group, kind and rate each; those that come to nothing are left out. */
export function timeLines(
  of: { entries: readonly BillableEntry[]; grouping: Grouping; rounding: Rounding; strategy: Strategy },
  billed: ReadonlyMap<string, Billed>,
): TimeLine[] {
  const pieces = of.entries.flatMap(entry => piecesOf(entry, billed.get(entry.id), of.grouping))
  return [...grouped(pieces, keyOf).values()]
    .toSorted(([a], [b]) => (a && b ? inOrder(a, b) : 0))
    .flatMap(own => lineOf(own, of))
    .filter(line => line.seconds > 0)
}

/** An entry's time of one kind, and where it goes. */
interface Piece {
  entry: BillableEntry
  group: Group
  kind: 'human' | 'agent'
  rate: Minor
  tracked: number
  billed: number
  /** Where each entry has its own line. */
  alone?: { id: string; start: number }
}

function piecesOf(entry: BillableEntry, billed: Billed | undefined, grouping: Grouping): Piece[] {
  const common = {
    entry,
    group: groupOf(entry, grouping),
    ...(grouping === 'entry' && { alone: { id: entry.id, start: entry.started_at ?? 0 } }),
  }
  const { active_seconds = 0, agent_seconds = 0 } = billed ?? {}
  const pieces: Piece[] = [
    { ...common, kind: 'human', rate: entry.rate, tracked: entry.active_seconds, billed: active_seconds },
    { ...common, kind: 'agent', rate: entry.agent_rate, tracked: entry.agent_seconds, billed: agent_seconds },
  ]
  return pieces.filter(piece => piece.tracked > 0)
}

function groupOf({ project, task, member, date }: BillableEntry, grouping: Grouping): Group {
  if (grouping === 'project') return { project }
  if (grouping === 'day') return { date }
  if (grouping === 'member') return { member }
  return { project, ...(task && { task }), ...(grouping === 'entry' && { member, date }) }
}

const keyOf = ({ group, alone, kind, rate }: Piece): string =>
  JSON.stringify([group.project?.id, group.task?.id, group.member?.id, group.date, alone?.id, kind, rate])

const inOrder = (a: Piece, b: Piece): number =>
  byName(a.group.project, b.group.project) ||
  byName(a.group.task, b.group.task) ||
  textOrder(a.group.date ?? '', b.group.date ?? '') ||
  (a.alone?.start ?? 0) - (b.alone?.start ?? 0) ||
  byName(a.group.member, b.group.member) ||
  textOrder(a.alone?.id ?? '', b.alone?.id ?? '') ||
  textOrder(b.kind, a.kind) ||
  a.rate - b.rate

const byName = (a: Reference | undefined, b: Reference | undefined): number =>
  a?.id === b?.id
    ? 0
    : textOrder(foldName(a?.name ?? ''), foldName(b?.name ?? '')) || textOrder(a?.id ?? '', b?.id ?? '')

function lineOf(
  pieces: readonly Piece[],
  of: { grouping: Grouping; rounding: Rounding; strategy: Strategy },
): TimeLine[] {
  const [first] = pieces
  if (!first) return []
  const { entry, group, kind, rate } = first
  const seconds = roundedSum(pieces, of.rounding)
  const figures = {
    seconds,
    unrounded_seconds: sum(pieces.map(piece => piece.billed)),
    tracked_seconds: sum(pieces.map(piece => piece.tracked)),
  }
  const note = lineNote(figures, of.strategy)
  return [
    {
      kind,
      description: describe[of.grouping](entry) + (kind === 'agent' ? ' (agent)' : ''),
      ...group,
      ...figures,
      rate,
      amount: rounded(worth(seconds, rate)),
      entries: pieces.length,
      ...(note && { note }),
    },
  ]
}

const nameOf = ({ project, task }: BillableEntry): string =>
  task ? `${project.name}: ${task.name}` : project.name

const describe: Record<Grouping, (entry: BillableEntry) => string> = {
  project_task: nameOf,
  project: ({ project }) => project.name,
  task: ({ project, task }) => (task ?? project).name,
  day: ({ date }) => date,
  member: ({ member }) => member.name,
  entry: entry => entry.description || nameOf(entry),
}

/** What is rounded as one: an entry's time, a member's day, or the line. */
function roundedSum(pieces: readonly Piece[], rounding: Rounding): number {
  const parts = grouped(pieces, ({ entry }) => {
    if (rounding.scope === 'entry') return entry.id
    return rounding.scope === 'day' ? `${entry.date} ${entry.member.id}` : ''
  })
  return sum([...parts.values()].map(part => roundSeconds(sum(part.map(piece => piece.billed)), rounding)))
}

const sum = (figures: readonly number[]): number => figures.reduce((all, one) => all + one, 0)
