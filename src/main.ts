import { runTyped } from './commands/typed.ts'

// loaded when they are needed: most commands need few
export const operations = async () => (await import('../tools/index.ts')).operations

export const run = (): Promise<void> =>
  runTyped(operations, async program => (await import('./commands/index.ts')).ownCommands(program))
