import type { AnyOperation } from '../core/operation.ts'

/** What is typed all day, by its words. Each loads its own file only: all of them together take longer than most commands. */
export const everyday: Readonly<Record<string, () => Promise<AnyOperation>>> = {
  start: async () => (await import('../../tools/timer.ts')).startTimer,
  stop: async () => (await import('../../tools/timer.ts')).stopTimer,
  pause: async () => (await import('../../tools/timer.ts')).pauseTimer,
  resume: async () => (await import('../../tools/timer.ts')).resumeTimer,
  status: async () => (await import('../../tools/status.ts')).status,
  log: async () => (await import('../../tools/entry.ts')).logTime,
  entries: async () => (await import('../../tools/entry.ts')).listEntries,
  edit: async () => (await import('../../tools/entry.ts')).editEntry,
  report: async () => (await import('../../tools/report.ts')).getReport,
}
