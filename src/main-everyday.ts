import { runTyped } from './commands/typed.ts'
import type { AnyOperation } from './core/operation.ts'

// The same program for what is typed all day: apart from all the rest, which would only make it start later.

/** What src/start.ts gives to each program: another of them, read but not run. */
declare const module: { load(program: 'main'): { operations(): Promise<readonly AnyOperation[]> } }

// help and problems name other commands; they are never run from here
export const run = (): Promise<void> =>
  runTyped(
    () => module.load('main').operations(),
    () => Promise.resolve([]),
  )
