import { type Place, quietPlace, saidOf } from '../core/place.ts'
import { type Reported, readReports } from '../core/reported.ts'
import type { Spool } from '../core/spool.ts'
import { AppError } from '../domain/error.ts'
import { toText } from '../domain/instant.ts'
import { Unreachable } from './problem.ts'
import type { Json } from './request.ts'
import type { Around } from './server.ts'

/** Half of what the server takes at once: two become one where a tool says how long it ran. */
const mostAtOnce = 500

type Send = (signals: readonly Json[]) => Promise<unknown>

/**
 * Sends what waits in the spool. What the server acknowledged is removed, what it refuses for good is put aside, and
 * all else waits for the next time: the same signal, told again, counts once.
 */
export async function deliver({ clock, log, spool }: Around, send: Send): Promise<void> {
  const waiting = spool?.waiting(clock()) ?? []
  if (!spool || waiting.length === 0) return
  try {
    for (let first = 0; first < waiting.length; first += mostAtOnce)
      await sent(spool, waiting.slice(first, first + mostAtOnce), send)
  } catch (error) {
    // what is asked next would only find out the same
    if (error instanceof Unreachable || (error instanceof AppError && error.kind === 'unauthorized'))
      throw error
    log('What hosts reported could not be sent', error)
  }
}

/** Of many that are refused together one may be to blame: it is looked for by halves. */
async function sent(spool: Spool, names: readonly string[], send: Send): Promise<void> {
  const signals = wireOf(readReports(spool.folder, names))
  try {
    if (signals.length > 0) await send(signals)
    spool.remove(names)
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'invalid') throw error
    const [name = ''] = names
    if (names.length === 1) return spool.refuse(name, error.message)
    const half = Math.ceil(names.length / 2)
    await sent(spool, names.slice(0, half), send)
    await sent(spool, names.slice(half), send)
  }
}

/** Without its id, which the server makes of what is told. It has another disk, so what a folder says is said here. */
function wireOf(reports: readonly Reported[]): Json[] {
  const places = new Map<string, Place>()
  const placeAt = (directory: string): Place => {
    const place = places.get(directory) ?? quietPlace(directory)
    places.set(directory, place)
    return place
  }
  return reports.map(report => ({
    ...report,
    id: undefined,
    at: toText(report.at),
    ...(report.directory !== undefined && { place: saidOf(placeAt(report.directory)) }),
  }))
}
