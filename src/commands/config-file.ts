import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { AppError } from '../domain/error.ts'
import { writePrivate } from './private-file.ts'

export const port = () => z.int().min(0).max(65_535)
export const rateLimit = () => z.int().min(1).max(1_000_000)
const host = () => z.string().min(1).max(255)

// made when somebody asks: most commands do not
const shape = () =>
  z.strictObject({
    port: port().optional(),
    host: host().optional(),
    allowed_hosts: z.array(host()).max(100).optional(),
    rate_limit: z.union([rateLimit(), z.literal('off')]).optional(),
    log_level: z.enum(['error', 'info']).optional(),
    webhook_hosts: z.array(host()).max(100).optional(),
    workspace: z.string().min(1).max(60).optional(),
  })

export type Config = z.infer<ReturnType<typeof shape>>

const fileIn = (home: string): string => join(home, 'config.json')

/** What config.json in the home says; nothing where there is none. */
export function readConfig(home: string): Config {
  const path = fileIn(home)
  const known = shape()
  const read = known.safeParse(jsonIn(path))
  if (read.success) return read.data
  const problems = read.error.issues.map(issue =>
    issue.code === 'unrecognized_keys'
      ? `${issue.keys.join(', ')} is not known`
      : `${issue.path.join('.')}: ${issue.message}`,
  )
  throw new AppError('validation_error', `${path}: ${problems.join('; ')}.`, {
    hint: `It may have ${Object.keys(known.shape).join(', ')}.`,
  })
}

/** Every call of an assistant asks for it, so the file is read only when it is another one. */
export function chosenWorkspaceIn(home: string): () => string | undefined {
  const path = fileIn(home)
  let seen: string | undefined
  let chosen: string | undefined
  return () => {
    const file = statSync(path, { throwIfNoEntry: false })
    const mark = file && `${file.ino} ${file.mtimeMs}`
    if (mark !== seen) chosen = workspaceSaid(jsonIn(path))
    seen = mark
    return chosen
  }
}

/** A mistake elsewhere in the file is for the one whom it concerns. */
function workspaceSaid(config: unknown): string | undefined {
  if (typeof config !== 'object' || config === null || !('workspace' in config)) return undefined
  return typeof config.workspace === 'string' ? config.workspace : JSON.stringify(config.workspace)
}

export function chooseWorkspace(home: string, workspace: string): void {
  writeConfig(home, { ...readConfig(home), workspace })
}

const writeConfig = (home: string, config: Config): void =>
  writePrivate(fileIn(home), `${JSON.stringify(config, null, 2)}\n`)

/** Those that `stint config` shows and changes; `stint workspace use` does the workspace. */
export const keptSettings = [
  'port',
  'host',
  'allowed_hosts',
  'rate_limit',
  'log_level',
  'webhook_hosts',
] as const
export type KeptSetting = (typeof keptSettings)[number]

/** As it is typed; an empty text takes it out, so that the default holds. */
export function keepSetting(home: string, setting: KeptSetting, typed: string): void {
  const { [setting]: _, ...others } = readConfig(home)
  const read = shape().safeParse(typed === '' ? others : { ...others, [setting]: valueOf(setting, typed) })
  if (!read.success)
    throw new AppError(
      'validation_error',
      `${setting}: ${read.error.issues.map(one => one.message).join('; ')}`,
    )
  writeConfig(home, read.data)
}

function valueOf(setting: KeptSetting, typed: string): unknown {
  if (setting === 'allowed_hosts' || setting === 'webhook_hosts')
    return typed.split(',').map(one => one.trim())
  const isNumber = (setting === 'port' || setting === 'rate_limit') && /^\d+$/.test(typed)
  return isNumber ? Number(typed) : typed
}

function jsonIn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw new AppError('validation_error', `${path} cannot be read as JSON.`, {
      hint: 'Correct it, or take it away.',
    })
  }
}
