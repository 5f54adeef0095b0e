// What of the program is measured within one process.

export { localApp } from '../src/commands/app.ts'
export { call } from '../src/core/call.ts'
export { localPrincipal } from '../src/core/owner.ts'
export { match, matchIndex } from '../src/domain/match.ts'
export { listEntries as listOperation } from '../tools/entry.ts'
export { operations } from '../tools/index.ts'
export { getReport as reportOperation } from '../tools/report.ts'
