import type { CallToolResult } from '@modelcontextprotocol/server'
import type { App } from '../core/app.ts'
import { AppError } from '../domain/error.ts'
import type { Output } from './fit.ts'

/**
 * Hosts show the model one of the two, so both are complete. No sentences: what people wrote stands in data
 * fields only, and words for people are the data once more.
 */
export const answer = (output: Output, data: string): CallToolResult => ({
  content: [{ type: 'text', text: data }],
  structuredContent: output,
})

export function refusal(error: AppError): CallToolResult {
  const { code, details, hint, message } = error
  const end = /[.!?]$/.test(message) ? '' : '.'
  const said = `${code}: ${message}${hint === undefined ? '' : `${end} ${hint}`}`
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
