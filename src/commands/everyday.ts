import type { Command } from '../cli/command.ts'
import type { AnyOperation } from '../core/operation.ts'
import type { Program } from './index.ts'

/** What is typed all day, by its words. Each loads its own file only: all of them together take longer than most commands. */
export const everyday: Readonly<Record<string, (line?: readonly string[]) => Promise<AnyOperation>>> = {
  start: async () => (await import('../../tools/timer.ts')).startTimer,
  stop: async () => (await import('../../tools/timer.ts')).stopTimer,
  pause: async () => (await import('../../tools/timer.ts')).pauseTimer,
  resume: async () => (await import('../../tools/timer.ts')).resumeTimer,
  status: async () => (await import('../../tools/status.ts')).status,
  log: async () => (await import('../../tools/entry.ts')).logTime,
  entries: async () => (await import('../../tools/entry.ts')).listEntries,
  edit: async () => (await import('../../tools/entry.ts')).editEntry,
  budget: async () => (await import('../../tools/budget.ts')).getBudget,
  report: async (line = []) =>
    line.some(isOfFile) ? reportFile() : (await import('../../tools/report.ts')).getReport,
}

/** `report --format html` is the same report as a file. */
const isOfFile = (word: string): boolean => /^--(format|out)(=|$)/.test(word)

const reportFile = async (): Promise<AnyOperation> => ({
  ...(await import('../../tools/report-file.ts')).getReportFile,
  command: 'report [period]',
})

/** What an editor runs every few seconds. */
export const often = (program: Program): Readonly<Record<string, () => Promise<Command>>> => ({
  statusline: async () => (await import('./statusline.ts')).statusline(program),
})
