import type { AnyOperation } from './operation.ts'

/** What a person has to be asked first; nothing where it takes nothing away, or they agreed already. */
export function questionBefore(operation: AnyOperation, input: Record<string, unknown>): string | undefined {
  if (!operation.mutates || !operation.destructive || input.confirm === true) return undefined
  const { destructive } = operation
  const parsed = operation.input.safeParse(input)
  // what is wrong with it, `call` says
  if (!parsed.success) return undefined
  if (typeof destructive === 'function' && !destructive(parsed.data)) return undefined
  return operation.question?.(parsed.data) ?? `${operation.summary} Go on?`
}
