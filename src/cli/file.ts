import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as z from 'zod'
import { fileShape } from '../core/file.ts'
import { AppError } from '../domain/error.ts'
import type { Terminal } from './terminal.ts'

const answer = z.object({ file: fileShape })

/** Writes the file of an answer where it is wanted, else into the folder under its own name; `-` prints it. */
export function writeAnswer(terminal: Terminal, output: object, out: unknown): string {
  const { file } = answer.parse(output)
  const bytes = Buffer.from(file.content, 'base64')
  if (out === '-') {
    terminal.print(bytes)
    return ''
  }
  const isNamed = typeof out === 'string' && out !== ''
  const path = resolve(terminal.directory, isNamed ? out : file.name)
  try {
    // what is there under a name that nobody chose stays
    writeFileSync(path, bytes, { flag: isNamed ? 'w' : 'wx' })
  } catch (error) {
    throw unwritable(path, error)
  }
  return `Wrote ${path}.`
}

function unwritable(path: string, error: unknown): AppError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EEXIST') {
    return new AppError('conflict', `${path} is there already.`, {
      hint: 'Say with --out where to write it, also to replace it.',
    })
  }
  const why = code === 'ENOENT' ? 'its folder is not there' : `it cannot be written (${String(code)})`
  return new AppError('validation_error', `${path}: ${why}.`, { hint: 'Say with --out where to write it.' })
}
