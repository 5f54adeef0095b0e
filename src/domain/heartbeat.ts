import { wholeSecond } from './instant.ts'

const mark = 'heartbeat '
const weekMs = 7 * 86_400_000
/** Sunday at noon in UTC, when the fewest people anywhere are at work. */
const weekBegins = 3.5 * 86_400_000

/** Of an editor that shows now and then that somebody works in it; there is nobody in it who would say when it ends. */
export const isFromEditor = (host_session: string): boolean => host_session.startsWith(mark)

/**
 * What a machine's editor does on one project, a week long: signals are read together with all others of their host
 * session, and those of a year would be too many.
 */
export const weekOf = (at: number): number => Math.floor((at - weekBegins) / weekMs)

export const editorSession = (editor: string, name: string): string => `${mark}${editor} ${name}`

export interface Heartbeat {
  id: string
  at: number
  host: string
  host_session: string
}

/**
 * Where a person went from one session to another: the first one ends there, not with the silence after it.
 *
 *     a  a  b  b  a         a  ======|     ===
 *     ·  ·  ·  ·  ·    →    b        =====|
 *
 * Two with more than `silence` between them have nothing to do with each other. `fresh` are the ids of those that
 * are new: what is between two others is known.
 */
export function changeovers<T extends Heartbeat>(
  all: readonly T[],
  fresh: ReadonlySet<string>,
  silence: number,
): { left: T; at: number }[] {
  const ordered = all.toSorted(byTime)
  return ordered.flatMap((next, index) => {
    const left = ordered[index - 1]
    if (!left || isSame(left, next) || !(fresh.has(left.id) || fresh.has(next.id))) return []
    return wholeSecond(next.at) - wholeSecond(left.at) > silence ? [] : [{ left, at: next.at }]
  })
}

const isSame = (one: Heartbeat, other: Heartbeat): boolean =>
  one.host === other.host && one.host_session === other.host_session

const nameOf = ({ host, host_session }: Heartbeat): string => `${host} ${host_session}`

const byTime = (one: Heartbeat, other: Heartbeat): number =>
  one.at - other.at || (nameOf(one) < nameOf(other) ? -1 : 1)
