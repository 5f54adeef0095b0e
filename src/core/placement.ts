import * as z from 'zod'
import type { Row } from '../../db/schema.ts'
import { parseDuration } from '../domain/duration.ts'
import { checkedPlacement, type Placement } from '../domain/entry.ts'
import { AppError } from '../domain/error.ts'
import { wholeSecond } from '../domain/instant.ts'
import type { Interval } from '../domain/interval.ts'
import { addDays, clockOn, dayOf, daysBetween, parseDay, parseInstant, startOfDay } from '../domain/zone.ts'
import type { Context } from './context.ts'
import { date, duration, timeZone } from './fields.ts'
import { zoneOf } from './time.ts'

/** How people say where time lies: start with end or duration, or a day with a duration. */
export const placementFields = {
  start: z.string().max(40).describe('09:00 or instant').optional(),
  end: z.string().max(40).describe('Instead of duration').optional(),
  duration: duration.optional(),
  date: date.optional(),
  time_zone: timeZone.optional(),
}
export type PlacementInput = { [K in keyof typeof placementFields]?: string | undefined }

export type Placed = Pick<Row<'entries'>, 'started_at' | 'ended_at' | 'date' | 'sort_at' | 'seconds'>

/** Reads what was said in one zone; what it has to tell about that goes to `notes`. */
interface Reading {
  context: Context
  zone: string
  notes: string[]
}

interface Said {
  start?: number | undefined
  end?: number | undefined
  seconds?: number | undefined
  /** The day that was said, or else the one that is meant. */
  day: string
}

const hint = 'Give start with end or duration, or date with duration.'

export function placementOf(context: Context, input: PlacementInput, notes: string[]): Placed {
  const reading = { context, notes, zone: zoneOf(context.workspace, input.time_zone) }
  const said = saidOf(reading, input, dayOf(context.now, reading.zone))
  return placed(reading, fromNothing(said))
}

/** What is not said stays as it was. Undefined: nothing was said of its place. */
export function movedPlacement(
  context: Context,
  before: Placed,
  input: PlacementInput,
  notes: string[],
): Placed | undefined {
  if (!saysPlace(input)) return undefined
  const reading = { context, notes, zone: zoneOf(context.workspace, input.time_zone) }
  const { ended_at, started_at } = before
  if (started_at !== null && ended_at !== null) {
    return placed(reading, fromBefore(reading, input, { start: started_at, end: ended_at }))
  }
  const said = saidOf(reading, input, before.date)
  const kept = said.end === undefined ? before.seconds : undefined
  return placed(reading, fromNothing({ ...said, seconds: said.seconds ?? kept }))
}

export const saysPlace = ({ date, duration, end, start }: PlacementInput): boolean =>
  [date, duration, end, start].some(one => one !== undefined)

function saidOf(reading: Reading, input: PlacementInput, usual: string): Said {
  const day = input.date === undefined ? usual : parseDay(input.date, 'date')
  const start = input.start === undefined ? undefined : instantOn(reading, input.start, day)
  if (start !== undefined && input.date !== undefined) assertOn(reading, start, day)
  return {
    day,
    start,
    end: input.end === undefined ? undefined : instantAfter(reading, input.end, start, day),
    seconds: input.duration === undefined ? undefined : parseDuration(input.duration),
  }
}

function assertOn({ zone }: Reading, start: number, day: string): void {
  const actual = dayOf(start, zone)
  if (actual === day) return
  throw new AppError('validation_error', `The start lies on ${actual}, not on ${day}.`, {
    hint: 'Leave the date out, or give the start as a clock time such as 09:00.',
  })
}

/** An end that is a clock time belongs to the day of its start. */
const instantAfter = (reading: Reading, text: string, start: number | undefined, day: string): number =>
  instantOn(reading, text, start === undefined ? day : dayOf(start, reading.zone))

const clockForm = /^\s*(\d{1,2}:\d{2}(?::\d{2})?)\s*$/

/** A clock time belongs to the day; whatever says its own day keeps it. */
function instantOn({ context, notes, zone }: Reading, text: string, day: string): number {
  const clockTime = clockForm.exec(text)?.[1]
  const { at, moved } = parseInstant(clockTime ? `${day}T${clockTime}` : text, { now: context.now, zone })
  if (moved) notes.push(moved)
  return wholeSecond(at)
}

/**
 * A clock time inside an interval belongs to the day on which it starts; to the one on which it ends, when that
 * comes after it only so:
 *
 *     22:00 |--------·--------| 01:30     23:00 is that evening's, 00:30 the next day's
 */
export function instantWithin(
  context: Context,
  text: string,
  of: Interval,
  notes: string[],
  time_zone: string | undefined,
): number {
  const reading = { context, notes, zone: zoneOf(context.workspace, time_zone) }
  const first = dayOf(of.start, reading.zone)
  const nights = daysBetween(first, dayOf(of.end, reading.zone))
  return lateInstant(reading, text, of.start, nights)
}

function lateInstant(reading: Reading, text: string, start: number, nights: number): number {
  const day = dayOf(start, reading.zone)
  const sameDay = instantOn({ ...reading, notes: [] }, text, day)
  return instantOn(reading, text, sameDay > start ? day : addDays(day, nights))
}

function fromNothing({ day, end, seconds, start }: Said): Placement {
  if (start === undefined) {
    if (end !== undefined) throw new AppError('validation_error', 'An end needs a start.', { hint })
    if (seconds === undefined)
      throw new AppError('validation_error', 'How long, or from when to when?', { hint })
    return { date: day, seconds }
  }
  if (end !== undefined && seconds !== undefined) throw bothSaid()
  if (end !== undefined) return { started_at: start, ended_at: end, seconds: (end - start) / 1000 }
  if (seconds === undefined)
    throw new AppError('validation_error', 'A start needs an end or a duration.', { hint })
  return { started_at: start, ended_at: start + seconds * 1000, seconds }
}

/**
 * A new start keeps the end, a new end or duration keeps the start, a new day moves the whole:
 *
 *     before         |-----|          start 2h later     |---|
 *     duration 30m   |--|             day after              ·   |-----|
 */
function fromBefore(reading: Reading, input: PlacementInput, before: Interval): Placement {
  if (input.end !== undefined && input.duration !== undefined) throw bothSaid()
  const { zone } = reading
  const first = dayOf(before.start, zone)
  const day = input.date === undefined ? first : parseDay(input.date, 'date')
  const start = startFrom(reading, input, before, day)
  if (input.end !== undefined) {
    const end = lateInstant(reading, input.end, start, daysBetween(first, dayOf(before.end, zone)))
    return { started_at: start, ended_at: end, seconds: (end - start) / 1000 }
  }
  const keepsEnd = input.duration === undefined && input.date === undefined
  const length =
    input.duration === undefined ? before.end - before.start : parseDuration(input.duration) * 1000
  const end = keepsEnd ? before.end : start + length
  return { started_at: start, ended_at: end, seconds: (end - start) / 1000 }
}

function startFrom(reading: Reading, input: PlacementInput, before: Interval, day: string): number {
  if (input.start === undefined)
    return input.date === undefined ? before.start : clockOn(day, before.start, reading.zone)
  const start = instantOn(reading, input.start, day)
  if (input.date !== undefined) assertOn(reading, start, day)
  return start
}

const bothSaid = (): AppError =>
  new AppError('validation_error', 'Give an end or a duration, not both.', { hint })

/** A day without a clock time is the same day in every zone; it is sorted by its start in the workspace's. */
function placed({ context, zone }: Reading, wanted: Placement): Placed {
  const placement = checkedPlacement(wanted, context.now, dayOf(context.now, zone))
  if ('date' in placement) {
    const { date, seconds } = placement
    return {
      started_at: null,
      ended_at: null,
      date,
      sort_at: startOfDay(date, context.workspace.zone),
      seconds,
    }
  }
  const { ended_at, seconds, started_at } = placement
  return { started_at, ended_at, date: dayOf(started_at, zone), sort_at: started_at, seconds }
}
