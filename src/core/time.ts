import { AppError } from '../domain/error.ts'
import { toText } from '../domain/instant.ts'
import type { CalendarContext } from '../domain/period.ts'
import { addDays, checkedZone, dayOf, parseInstant, startOfDay, type ZoneId } from '../domain/zone.ts'
import type { Context } from './context.ts'

/** The calendar of a call: its own zone if it names one, else the workspace's. */
export const calendarOf = ({ now, workspace }: Context, zone?: string): CalendarContext => ({
  now,
  zone: zoneOf(workspace, zone),
  week_start: workspace.week_start,
})

export const zoneOf = (workspace: { zone: ZoneId }, zone?: string): ZoneId =>
  zone ? checkedZone(zone) : workspace.zone

/** The first day that begins at an instant or after it: what lies on a day as a whole is in a period from there on. */
export function firstDayFrom(at: number, zone: ZoneId): string {
  const day = dayOf(at, zone)
  return startOfDay(day, zone) === at ? day : addDays(day, 1)
}

/** A moment that a person names: in the past or present, not before the lock. Not named: now. */
export function momentOf(context: Context, text: string | undefined, notes: string[], zone?: string): number {
  if (text === undefined) return context.now
  const { at, moved } = parseInstant(text, { now: context.now, zone: zoneOf(context.workspace, zone) })
  if (moved) notes.push(moved)
  if (at > context.now) {
    throw new AppError('validation_error', `${toText(at)} lies in the future.`, {
      hint: 'Timers start, pause and stop now or in the past.',
    })
  }
  assertUnlocked(context, at)
  return at
}

/** Nothing is written before the lock. */
export function assertUnlocked({ workspace }: Context, ...instants: readonly number[]): void {
  const before = workspace.locked_before
  if (before === null || instants.every(at => at >= before)) return
  throw new AppError('period_locked', `Time before ${workspace.locked_until} is locked.`, {
    details: { locked_until: workspace.locked_until },
    hint: 'Use a later time, or move the lock with update_settings.',
  })
}

/** `notes` only when there is something to note. */
export const noted = (notes: readonly string[]): { notes?: string[] } =>
  notes.length > 0 ? { notes: [...notes] } : {}
