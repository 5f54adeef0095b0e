import { wholeSecond } from './instant.ts'
import { isKept, type Signal } from './signal.ts'

const minute = 60_000

/** A tool that a signal opens; `closes`: its close is known to come before the turn is over. */
export interface OpenedTool {
  id: string
  closes: boolean
}

/** Which tool each signal (by its id) opens. Closes may be delivered before their opens, so it takes all signals of
 * one host session, in order. */
export function toolsOpened(signals: readonly Signal[], silentTool: number): Map<string, OpenedTool> {
  const opened = new Map<string, OpenedTool>()
  for (const { id, tool } of uncancelled(signals)) opened.set(id, { id: tool.id, closes: false })
  let closing = new Set<string>()
  let later: Signal | undefined
  for (const signal of signals.toReversed()) {
    if (closesAll(signal) || (later && outlasts(signal, later, silentTool))) closing = new Set()
    if (hasTool(signal) && !signal.tool.open) closing.add(signal.tool.id)
    const tool = opened.get(signal.id)
    if (tool) tool.closes = closing.has(tool.id)
    later = signal
  }
  return opened
}

type WorkWithTool = Signal & { tool: { id: string; open: boolean } }

/** A close cancels an open of the same id at the same time or up to a minute later. */
function uncancelled(signals: readonly Signal[]): WorkWithTool[] {
  const closedAt = new Map<string, number>()
  return signals.filter(hasTool).filter(({ at, tool }) => {
    if (!tool.open) closedAt.set(tool.id, at)
    return tool.open && at - (closedAt.get(tool.id) ?? -Infinity) > minute
  })
}

function hasTool(signal: Signal): signal is WorkWithTool {
  return signal.kind === 'work' && signal.tool !== undefined
}

/** A tool does not outlive its turn, nor a hand-set beat. A `prompt` may have been queued, so it is no border here. */
function closesAll({ kind }: Signal): boolean {
  return kind === 'stop' || kind === 'end' || kind === 'active' || kind === 'agent' || kind === 'idle'
}

function outlasts(signal: Signal, later: Signal, silentTool: number): boolean {
  return wholeSecond(later.at) - wholeSecond(signal.at) > silentTool && !isKept(later)
}
