import { readFileSync, realpathSync, statSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { basename, dirname, join, parse, resolve } from 'node:path'
import * as z from 'zod'
import { AppError } from '../domain/error.ts'
import { name, tags } from '../domain/label.ts'

/** What a folder says about the work in it; the project that goes with it is found by `locate_project`. */
export interface Place {
  directory: string
  declared?: Declared
  repository?: { root: string; origin?: string }
  /** The home folder, a root or a temporary folder: nobody's project. */
  nowhere: boolean
}

export const declaration = z.strictObject({
  project: name(),
  task: name().optional(),
  tags: tags.optional(),
  bill_agent_time: z.boolean().optional(),
})
export type Declared = z.infer<typeof declaration>

export function placeOf(path: string): Place {
  const directory = resolve(path)
  const folders = upwards(directory)
  const declared = firstOf(folders, declaredIn)
  // a home folder that is kept in git is no repository of the work below it
  const repository = firstOf(
    folders.filter(folder => !isHomeOrRoot(folder)),
    repositoryAt,
  )
  const nowhere = !declared && !repository && isNowhere(directory)
  return { directory, nowhere, ...(declared && { declared }), ...(repository && { repository }) }
}

/** Nobody is there to correct a broken .stint.json: the folder counts without it. */
export function quietPlace(directory: string): Place {
  try {
    return placeOf(directory)
  } catch (error) {
    if (error instanceof AppError) return { directory, nowhere: false }
    throw error
  }
}

/** What the folder says, without which it is. */
export const saidOf = ({ declared, nowhere, repository }: Place): Omit<Place, 'directory'> => ({
  nowhere,
  ...(declared && { declared }),
  ...(repository && { repository }),
})

function upwards(directory: string): string[] {
  const parent = dirname(directory)
  return parent === directory ? [directory] : [directory, ...upwards(parent)]
}

function firstOf<T>(folders: readonly string[], find: (folder: string) => T | undefined): T | undefined {
  for (const folder of folders) {
    const found = find(folder)
    if (found !== undefined) return found
  }
  return undefined
}

function declaredIn(folder: string): Declared | undefined {
  const path = join(folder, '.stint.json')
  const text = textOf(path)
  if (text === undefined) return undefined
  const read = declaration.safeParse(jsonOf(text))
  if (read.success) return read.data
  const wrong = read.error.issues.map(issue => [...issue.path, issue.message].join(': '))
  const why = text.trim() !== '' && jsonOf(text) === undefined ? 'it is no JSON' : wrong.join('; ')
  throw new AppError('validation_error', `${path} is not what stint reads: ${why}.`, {
    hint: 'It holds {"project": "name"} and may hold task, tags and bill_agent_time.',
  })
}

/** Where git keeps what is true of one working tree alone, its HEAD and its log, and the repository it belongs to. */
export const workingTreeOf = (path: string): { git: string; root: string } | undefined =>
  firstOf(upwards(resolve(path)), folder => {
    const repository = repositoryAt(folder)
    if (!repository) return undefined
    const git = join(folder, '.git')
    return { git: isFolder(git) ? git : resolve(folder, pointedTo(git) ?? ''), root: repository.root }
  })

const pointedTo = (path: string): string | undefined =>
  /^gitdir: (.+)$/m.exec(textOf(path) ?? '')?.[1]?.trim()

/** A worktree belongs to its main repository: its `.git` is a file that points there. */
function repositoryAt(folder: string): { root: string; origin?: string } | undefined {
  const path = join(folder, '.git')
  if (isFolder(path)) return withOrigin(folder, path)
  const target = pointedTo(path)
  if (target === undefined) return undefined
  const common = /^(.+)[/\\]worktrees[/\\][^/\\]+$/.exec(resolve(folder, target))?.[1]
  // a submodule is a repository of its own
  return common === undefined
    ? withOrigin(folder, resolve(folder, target))
    : withOrigin(mainOf(common), common)
}

/** `stint/.git` and `stint/.bare` are `stint`, and so is the bare `stint.git`. */
const mainOf = (common: string): string =>
  basename(common).startsWith('.') ? dirname(common) : common.replace(/\.git$/, '')

function withOrigin(root: string, git: string): { root: string; origin?: string } {
  const origin = /\[remote "origin"\][^[]*?\n\s*url\s*=\s*(\S+)/.exec(textOf(join(git, 'config')) ?? '')?.[1]
  return origin === undefined ? { root } : { root, origin: withoutSecrets(origin) }
}

/** `https://user:token@host/path` keeps neither. */
export const withoutSecrets = (url: string): string => url.replace(/^(\w+:\/\/)[^/]*@/, '$1')

function isNowhere(directory: string): boolean {
  const temporary = [tmpdir(), '/tmp', '/var/tmp'].flatMap(one => [resolve(one), realPath(one)])
  return (
    isHomeOrRoot(directory) ||
    temporary.some(one => directory === one || directory.startsWith(join(one, '/')))
  )
}

const isHomeOrRoot = (directory: string): boolean =>
  directory === resolve(homedir()) || directory === parse(directory).root

/** On macOS the temporary folder is reached through a link. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** The folder that stands for all of it: the repository's, where there is one. */
export const folderOf = (place: Place): string => place.repository?.root ?? place.directory

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Also where a file stands in the way by now, or what is there may not be looked at. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

function jsonOf(text: string): unknown {
  try {
    // some editors begin a file with a byte order mark
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    return undefined
  }
}
