import { expect } from 'vitest'

/** Instants are cut to whole seconds, and a hook is a process that has to start first. */
const tolerance = 1.5

/** A number of seconds, as near as a real program can be held to it. */
export const about = (seconds: number): unknown =>
  expect.toSatisfy(
    (actual: number) => Math.abs(actual - seconds) <= tolerance,
    `about ${seconds.toFixed(1)} seconds`,
  )

export const secondsBetween = (from: number, to: number): number => (to - from) / 1000
