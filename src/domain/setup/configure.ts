import { AppError } from '../error.ts'
import type { Hooks } from './hooks.ts'
import { getAt, type Path, removeAt, setAt } from './jsonc-edit.ts'
import { type Installation, isOurHook, isOurServer, serverOf, toolsetsIn } from './line.ts'
import { removeTable, setTable, tableText } from './toml.ts'

/** What we want in a file. */
export interface Configuration {
  format: 'json' | 'toml'
  server?: { at: string; extra: object; installation: Installation }
  hooks?: Hooks
}

/** What a host's file becomes; a file that is not there is undefined. */
export function configured(text: string | undefined, { format, hooks, server }: Configuration): string {
  if (format === 'toml') return server ? withTable(text ?? '', server) : (text ?? '')
  let result = isBlank(text) ? `${text ?? ''}{}\n` : text
  if (hooks?.version !== undefined && getAt(result, ['version']) === undefined)
    result = setAt(result, ['version'], hooks.version)
  if (server) result = withServer(result, server)
  return hooks ? withHooks(result, hooks) : result
}

/** What it becomes without us. What was in it before us, by the copy that was made then, stays even if it is empty. */
export function unconfigured(
  text: string,
  { format, hooks, server }: Configuration,
  before?: string,
): string | undefined {
  if (format === 'toml') return server ? withoutTable(text, server, before) : text
  if (isBlank(text)) return text
  const wasThere = (path: Path): boolean => !isBlank(before) && getAt(before, path) !== undefined
  // the last that was put in goes first: by then the lines are again as they were when the others came
  let result = hooks ? withoutHooks(text, () => true, wasThere) : text
  if (server && isOurs(getAt(result, [server.at, key]))) result = removeAt(result, [server.at, key], wasThere)
  if (hooks?.version !== undefined && !wasThere(['version']) && isOnly(getAt(result, []), 'version'))
    result = removeAt(result, ['version'])
  if (result === text || !isEmptyObject(getAt(result, []))) return result
  return isBlank(before) ? before : result
}

/** Whether anything of ours stands in it. */
export function isConfigured(text: string | undefined, { format, hooks, server }: Configuration): boolean {
  if (isBlank(text)) return false
  if (format === 'toml') return server !== undefined && tableText(text, [server.at, key]) !== undefined
  const hasServer = server !== undefined && isOurs(getAt(text, [server.at, key]))
  return hasServer || (hooks !== undefined && ourHooks(text).length > 0)
}

const key = 'stint'

type WantedServer = NonNullable<Configuration['server']>

/** What a person added to it, as an environment or a timeout, stays. */
function withServer(text: string, { at, extra, installation }: WantedServer): string {
  const present = getAt(text, [at, key])
  if (present === undefined) return setAt(text, [at, key], { ...extra, ...serverOf(installation) })
  if (!isOurs(present)) throw taken(at)
  const wanted = serverOf(installation, toolsetsIn(JSON.stringify(present)))
  const missing = Object.entries(extra).filter(([name]) => !Object.hasOwn(Object(present), name))
  return [...Object.entries(wanted), ...missing].reduce(
    (result, [name, value]) => setAt(result, [at, key, name], value),
    text,
  )
}

const isOurs = (server: unknown): boolean => server !== undefined && isOurServer(JSON.stringify(server))

function taken(at: string): AppError {
  return new AppError('conflict', `another server is called stint under ${at}`, {
    hint: 'Give that one another name, then run `stint setup` again.',
  })
}

function withTable(text: string, { at, installation }: WantedServer): string {
  const present = tableText(text, [at, key])
  if (present !== undefined && !isOurServer(present)) throw taken(at)
  const { args, command } = serverOf(installation, present === undefined ? undefined : toolsetsIn(present))
  return setTable(text, [at, key], { command, args })
}

function withoutTable(text: string, { at }: WantedServer, before: string | undefined): string | undefined {
  const present = tableText(text, [at, key])
  if (present === undefined || !isOurServer(present)) return text
  const result = removeTable(text, [at, key])
  return isBlank(result) ? before : result
}

interface Found {
  event: string
  path: Path
  handler: unknown
}

function withHooks(text: string, { handlers, isGrouped }: Hooks): string {
  const clean = withoutHooks(text, (one, at, all) => {
    const isSecond = all.findIndex(other => other.event === one.event) !== at
    return isSecond || !Object.hasOwn(handlers, one.event)
  })
  return Object.entries(handlers).reduce((result, [event, handler]) => {
    const found = ourHooks(result).find(one => one.event === event)
    if (found) return setAt(result, found.path, handler)
    const length = listAt(result, ['hooks', event]).length
    return setAt(result, ['hooks', event, length], isGrouped ? { hooks: [handler] } : handler)
  }, clean)
}

/** From the last to the first, so that places stay right. */
function withoutHooks(
  text: string,
  isUnwanted: (one: Found, at: number, all: readonly Found[]) => boolean,
  isKept?: (path: Path) => boolean,
): string {
  const unwanted = ourHooks(text).filter(isUnwanted)
  return unwanted.reduceRight((result, { path }) => {
    const group = path.slice(0, 3)
    const isAlone = path.length > 3 && listAt(result, path.slice(0, 4)).length === 1
    return removeAt(result, isAlone ? group : path, isKept)
  }, text)
}

function ourHooks(text: string): Found[] {
  const hooks = getAt(text, ['hooks'])
  if (!isRecord(hooks)) return []
  return Object.keys(hooks).flatMap(event =>
    listAt(text, ['hooks', event]).flatMap((one, at) => oursIn(event, one, at)),
  )
}

function oursIn(event: string, one: unknown, at: number): Found[] {
  if (isOurHook(one)) return [{ event, path: ['hooks', event, at], handler: one }]
  if (!isRecord(one) || !Array.isArray(one.hooks)) return []
  return one.hooks.flatMap((handler, place) =>
    isOurHook(handler) ? [{ event, path: ['hooks', event, at, 'hooks', place], handler }] : [],
  )
}

function listAt(text: string, path: Path): unknown[] {
  const list = getAt(text, path)
  return Array.isArray(list) ? list : []
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isBlank = (text: string | undefined): text is undefined | '' =>
  text === undefined || /^[\s\ufeff]*$/.test(text)
const isEmptyObject = (value: unknown): boolean => isRecord(value) && Object.keys(value).length === 0
const isOnly = (value: unknown, name: string): boolean =>
  isRecord(value) && Object.keys(value).length === 1 && Object.hasOwn(value, name)
