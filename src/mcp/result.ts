import type { CallToolResult } from '@modelcontextprotocol/server'
import type { App } from '../core/app.ts'
import type { AnyOperation } from '../core/operation.ts'
import { AppError } from '../domain/error.ts'
import type { Output } from './fit.ts'

/** Hosts show the model one of the two, so both are complete: sentences and data, and data. */
export function answer(app: App, operation: AnyOperation, output: Output, data: string): CallToolResult {
  const said = sentences(app, operation, output)
  return {
    content: [{ type: 'text', text: said === '' ? data : `${said}\n${data}` }],
    structuredContent: output,
  }
}

/** The sentences of what people read; its tables are the data once more. */
function sentences(app: App, operation: AnyOperation, output: Output): string {
  const view = {
    now: app.clock(),
    get zone() {
      return app.machineZone()
    },
  }
  const page = operation.text(output, view)
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
