import { z } from 'zod'
import type { Row } from '../../db/schema.ts'
import { parseDuration } from '../domain/duration.ts'
import { checkedPlacement, type Placement } from '../domain/entry.ts'
import { AppError } from '../domain/error.ts'
import { wholeSecond } from '../domain/instant.ts'
import { clockOn, dayOf, parseDay, parseInstant, startOfDay } from '../domain/zone.ts'
import type { Context } from './context.ts'
import { date, duration, timeZone } from './fields.ts'
import { zoneOf } from './time.ts'

/** How people say where time lies: start with end or duration, or a day with a duration. */
export const placementFields = {
  start: z.string().max(40).describe('09:00, 2026-05-04T09:00 or with offset').optional(),
  end: z.string().max(40).describe('Instead of duration').optional(),
  duration: duration.optional(),
  date: date.optional(),
  time_zone: timeZone.optional(),
}
export type PlacementInput = { [K in keyof typeof placementFields]?: string | undefined }

export type Placed = Pick<Row<'entries'>, 'started_at' | 'ended_at' | 'date' | 'sort_at' | 'seconds'>

interface Said {
  start?: number | undefined
  end?: number | undefined
  seconds?: number | undefined
  day?: string | undefined
}

const hint = 'Give start with end or duration, or date with duration.'

export function placementOf(context: Context, input: PlacementInput, notes: string[]): Placed {
  const zone = zoneOf(context.workspace, input.time_zone)
  return placed(context, fromNothing(said(context, input, zone, notes), dayOf(context.now, zone)), zone)
}

/** What is not said stays as it was. Undefined: nothing was said of its place. */
export function movedPlacement(
  context: Context,
  before: Placed,
  input: PlacementInput,
  notes: string[],
): Placed | undefined {
  const { date, duration, end, start, time_zone } = input
  if ([date, duration, end, start].every(one => one === undefined)) return undefined
  const zone = zoneOf(context.workspace, time_zone)
  const wanted = said(context, { ...input, date: date ?? before.date }, zone, notes)
  if (before.started_at === null || before.ended_at === null) {
    return placed(context, fromNothing({ seconds: end === undefined ? before.seconds : undefined, ...defined(wanted) }, before.date), zone)
  }
  const kept = { start: before.started_at, end: before.ended_at }
  const day = date === undefined ? undefined : parseDay(date, 'date')
  return placed(context, fromBefore(wanted, kept, day, zone), zone)
}

function said(context: Context, input: PlacementInput, zone: string, notes: string[]): Said {
  const day = input.date === undefined ? undefined : parseDay(input.date, 'date')
  const instant = (text: string | undefined): number | undefined =>
    text === undefined ? undefined : instantOn(context, text, day, zone, notes)
  return {
    day,
    start: instant(input.start),
    end: instant(input.end),
    seconds: input.duration === undefined ? undefined : parseDuration(input.duration),
  }
}

/** A clock time belongs to the date of the call, where one is given. */
function instantOn(
  context: Context,
  text: string,
  day: string | undefined,
  zone: string,
  notes: string[],
): number {
  const clockTime = /^\s*(\d{1,2}:\d{2}(:\d{2})?)\s*$/.exec(text)?.[1]
  const whole = day !== undefined && clockTime ? `${day}T${clockTime.padStart(clockTime.length > 5 ? 8 : 5, '0')}` : text
  const { at, moved } = parseInstant(whole, { now: context.now, zone })
  if (moved) notes.push(moved)
  return wholeSecond(at)
}

function fromNothing({ day, end, seconds, start }: Said, today: string): Placement {
  if (start === undefined) {
    if (end !== undefined) throw new AppError('validation_error', 'An end needs a start.', { hint })
    if (seconds === undefined) throw new AppError('validation_error', 'How long, or from when to when?', { hint })
    return { date: day ?? today, seconds }
  }
  if (end !== undefined && seconds !== undefined) throw bothSaid()
  if (end !== undefined) return { started_at: start, ended_at: end, seconds: (end - start) / 1000 }
  if (seconds === undefined) throw new AppError('validation_error', 'A start needs an end or a duration.', { hint })
  return { started_at: start, ended_at: start + seconds * 1000, seconds }
}

/**
 * A new start keeps the end, a new end or duration keeps the start, a new day alone moves the whole:
 *
 *     before         |-----|          start 2h later     |---|
 *     duration 30m   |--|             day after              ·   |-----|
 */
function fromBefore(
  wanted: Said,
  before: { start: number; end: number },
  day: string | undefined,
  zone: string,
): Placement {
  if (wanted.end !== undefined && wanted.seconds !== undefined) throw bothSaid()
  const moves = wanted.start === undefined && day !== undefined
  const start = wanted.start ?? (moves ? clockOn(day, before.start, zone) : before.start)
  const length = wanted.seconds === undefined ? before.end - before.start : wanted.seconds * 1000
  const follows = moves || wanted.seconds !== undefined
  const end = wanted.end ?? (follows ? start + length : before.end)
  return { started_at: start, ended_at: end, seconds: (end - start) / 1000 }
}

const bothSaid = (): AppError =>
  new AppError('validation_error', 'Give an end or a duration, not both.', { hint })

function placed(context: Context, wanted: Placement, zone: string): Placed {
  const placement = checkedPlacement(wanted, context.now, dayOf(context.now, zone))
  if ('date' in placement) {
    const { date, seconds } = placement
    return { started_at: null, ended_at: null, date, sort_at: startOfDay(date, zone), seconds }
  }
  const { ended_at, seconds, started_at } = placement
  return { started_at, ended_at, date: dayOf(started_at, zone), sort_at: started_at, seconds }
}

const defined = (wanted: Said): Said =>
  Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined))
