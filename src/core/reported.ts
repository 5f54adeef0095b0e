import { mkdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { type SignalKind, signalKinds } from '../domain/signal.ts'
import type { Place } from './place.ts'

/** What a host's hook left behind, not yet taken in. */
export interface Reported {
  /** The file's name without its ending: the same file, read by two processes, is the same signal. */
  id: string
  at: number
  host: string
  host_session: string
  directory?: string | undefined
  /** What the folder says, where the one who reports it has looked; else it is looked at here. */
  place?: Place | undefined
  kind: SignalKind
  turn?: string | undefined
  tool?: { id: string; open: boolean } | undefined
  attended: boolean
  reason?: string | undefined
  model?: string | undefined
  tokens?: Record<string, number> | undefined
}

const short = z.string().max(300)
/** All but when it was, which is written in two ways, and who tells it. */
export const reportedFields = {
  host_session: z.string().min(1).max(4200),
  directory: z.string().max(4000).optional(),
  kind: z.enum(signalKinds),
  turn: short.optional(),
  tool: z.object({ id: short, open: z.boolean() }).optional(),
  ran_ms: z.int().min(0).optional(),
  attended: z.boolean(),
  reason: short.optional(),
  model: short.optional(),
  tokens: z.record(short, z.number()).optional(),
}
const reported = z.object({ ...reportedFields, at: z.int().min(0), host: short.min(1) })

/** What can be read of the files; one that is none of ours is put aside. */
export const readReports = (folder: string, names: readonly string[]): Reported[] =>
  names.flatMap(name => readOne(folder, name))

function readOne(folder: string, name: string): Reported[] {
  const text = textOf(join(folder, name))
  // another process took it in
  if (text === undefined) return []
  const read = reported.safeParse(jsonOf(text))
  if (read.success) return told(`sig_${name.slice(0, -'.json'.length).slice(0, 80)}`, read.data)
  putAside(folder, name)
  return []
}

/** Shorter, and the tool's end tells as much. */
const worthTelling = 1000

/**
 * No host says when it was given its permission, but some say at a tool's end how long it ran: that is when.
 *
 *     open   wait ······ given ========= close
 *                            `- ran_ms -´
 */
function told(id: string, { ran_ms = 0, ...report }: z.infer<typeof reported>): Reported[] {
  if (ran_ms < worthTelling) return [{ ...report, id }]
  const { tool: _, ...given } = report
  return [
    { ...given, id: `${id}-ran`, at: Math.max(0, report.at - ran_ms) },
    { ...report, id },
  ]
}

function putAside(folder: string, name: string): void {
  try {
    mkdirSync(join(folder, 'unread'), { recursive: true, mode: 0o700 })
    renameSync(join(folder, name), join(folder, 'unread', name))
  } catch {
    // a read-only disk: it stays where it is
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    // whoever asks throws away what it was answered about
    if (error instanceof Error && 'code' in error && passing.has(error.code)) throw error
    return undefined
  }
}

/** There is no room for another open file, or somebody else, such as a virus scanner, has it. */
const passing = new Set<unknown>(['EBUSY', 'EMFILE', 'ENFILE'])

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
