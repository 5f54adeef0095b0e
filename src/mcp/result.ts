import type { CallToolResult } from '@modelcontextprotocol/server'
import type { App } from '../core/app.ts'
import type { AnyOperation } from '../core/operation.ts'
import { AppError } from '../domain/error.ts'
import type { Output } from './fit.ts'

/**
 * Hosts show the model one of the two, so both are complete. A change says what it did in a sentence before the data;
 * what a query says in words and tables is its data once more.
 */
export function answer(app: App, operation: AnyOperation, output: Output, data: string): CallToolResult {
  const text = operation.mutates ? `${sentences(app, operation, output)}\n${data}` : data
  return { content: [{ type: 'text', text }], structuredContent: output }
}

function sentences(app: App, operation: AnyOperation, output: Output): string {
  const page = operation.text(output, { now: app.clock(), zone: app.machineZone() })
  return typeof page === 'string' ? page : page.filter(part => typeof part === 'string').join(' ')
}

export function refusal(error: AppError): CallToolResult {
  const { code, details, hint, message } = error
  const said = `${code}: ${message}${hint === undefined ? '' : ` ${hint}`}`
  return {
    content: [{ type: 'text', text: details === undefined ? said : `${said}\n${JSON.stringify(details)}` }],
    structuredContent: { error: error.toJSON() },
    isError: true,
  }
}

/** Only our own sentences reach the model. */
export function asAppError(app: App, error: unknown): AppError {
  if (error instanceof AppError) return error
  app.log('A call through MCP failed', error)
  return new AppError('internal', 'Internal error: this is a fault of stint, and nothing was changed.', {
    hint: 'Try again; `stint doctor` checks the installation.',
  })
}
