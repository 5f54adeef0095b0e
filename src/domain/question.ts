import type { Signal } from './signal.ts'

/** A busy machine mixes the starts of two hooks up within this time; nobody answers as fast. */
const mixedUpWithin = 300

/**
 * A host asks whether a tool may run right after it told of the tool. Both hooks start at once, and the question's may
 * overtake the tool's, which would then be taken for the answer. So a question stands behind the tools that are told
 * of right after it. Takes the signals of one host session by time.
 *
 *     wait  open ········ close   →   open  wait ········ close
 */
export function questionsBehindTools(signals: readonly Signal[]): Signal[] {
  return signals.map((one, index) => {
    if (one.kind !== 'wait') return one
    return { ...one, at: lastOpenRightAfter(signals, index) ?? one.at }
  })
}

/** Up to the first that is neither a tool's beginning nor another question. */
function lastOpenRightAfter(signals: readonly Signal[], index: number): number | undefined {
  const latest = (signals[index]?.at ?? 0) + mixedUpWithin
  let found: number | undefined
  for (let next = signals[++index]; next && next.at <= latest; next = signals[++index]) {
    if (isOpen(next)) found = next.at
    else if (next.kind !== 'wait') return found
  }
  return found
}

const isOpen = ({ kind, tool }: Signal): boolean => kind === 'work' && tool?.open === true
