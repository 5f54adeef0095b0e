import { posix, win32 } from 'node:path'
import { listMappings, saveMapping } from '../../db/mappings.ts'
import { grantProject } from '../../db/members.ts'
import { findProject, findProjectsByKey, type ProjectRow } from '../../db/projects.ts'
import { AppError } from '../domain/error.ts'
import { fittingName } from '../domain/fitting.ts'
import { foldName } from '../domain/name.ts'
import type { ChangeContext, Context } from './context.ts'
import { folderOf, type Place } from './place.ts'
import { makeProject } from './project.ts'
import { reaches } from './reach.ts'
import { findExactly } from './resolve.ts'

/** What is known of a folder when its project is looked for. */
export interface Whereabouts {
  directory: string
  declared?: string | undefined
  root?: string | undefined
  origin?: string | undefined
  nowhere?: boolean | undefined
}

export interface Located {
  project: ProjectRow | undefined
  /** Its name, or what a new one would be called. */
  name: string
  how: 'declared' | 'mapping' | 'origin' | 'name' | 'unsorted'
}

type MappingRow = Awaited<ReturnType<typeof listMappings>>[number]

/**
 * Nobody is there to ask: only an id, a whole name or an alias counts. Whoever is kept to some projects makes no
 * others: what they do elsewhere has a project of its own, so that it is neither lost nor seen by those it is not for.
 */
export async function locate(context: Context, of: Whereabouts): Promise<Located> {
  const found = await locatedIn(context, of)
  if (!context.reach || (found.project && reaches(context, found.project.id))) return found
  const name = `Unsorted (${context.member.name})`
  return { project: await findExactly(context, name), name, how: 'unsorted' }
}

async function locatedIn(context: Context, of: Whereabouts): Promise<Located> {
  const { db, workspace } = context
  if (of.declared !== undefined) {
    return { project: await findExactly(context, of.declared), name: of.declared, how: 'declared' }
  }
  const root = tidy(of.root ?? of.directory)
  const mappings = await listMappings(db, workspace.id)
  // a worktree lies elsewhere than the repository it belongs to
  const mapped = nearest(mappings, tidy(of.directory)) ?? nearest(mappings, root)
  if (mapped) return byMapping(context, mapped, 'mapping')
  const cloned = of.origin === undefined ? undefined : mappings.find(one => one.origin === of.origin)
  if (cloned) return byMapping(context, cloned, 'origin')
  if (of.nowhere)
    return { project: await findExactly(context, 'Unsorted'), name: 'Unsorted', how: 'unsorted' }
  return byName(context, root, mappings)
}

/** The project of a folder; a new one keeps the folder, and its repository's origin, as its mapping. */
export async function settledProject(context: ChangeContext, place: Place): Promise<ProjectRow> {
  const { declared, directory, nowhere, repository } = place
  const found = await locate(context, {
    directory,
    declared: declared?.project,
    root: repository?.root,
    origin: repository?.origin,
    nowhere,
  })
  const known = found.project ?? (found.how === 'name' ? undefined : await madeJustNow(context, found.name))
  const project = known ?? (await makeProject(context, { name: await freeName(context, found.name) }))
  if (context.reach && !known) {
    const { member, workspace } = context
    await grantProject(context.db, {
      workspace_id: workspace.id,
      member_id: member.id,
      project_id: project.id,
    })
  }
  if (found.how === 'name') await remember(context, place, project)
  return project
}

/** By this call: names are looked up as they were when it began. */
async function madeJustNow(context: Context, name: string): Promise<ProjectRow | undefined> {
  const found = await findProjectsByKey(context.db, context.workspace.id, foldName(name))
  return found.find(one => one.client_id === null && one.archived_at === null)
}

/** A name that an archived project holds is not free. */
async function freeName(context: Context, name: string): Promise<string> {
  for (let number = 1; number < 100; number++) {
    const wanted = number === 1 ? name : `${name} ${number}`
    const taken = await findProjectsByKey(context.db, context.workspace.id, foldName(wanted))
    if (!taken.some(one => one.client_id === null)) return wanted
  }
  throw new AppError('conflict', `There are too many projects named ${name}.`)
}

async function remember(context: ChangeContext, place: Place, project: ProjectRow): Promise<void> {
  const { db, now, workspace } = context
  const row = {
    workspace_id: workspace.id,
    directory: tidy(folderOf(place)),
    origin: place.repository?.origin ?? null,
    project_id: project.id,
    created_at: now,
  }
  await saveMapping(db, row)
  context.emit({ type: 'mapping.created', subject: row.directory, after: row })
}

/** One folder is always written alike; a root keeps its separator. */
export function tidy(path: string): string {
  const plain = path.startsWith('/') ? posix.normalize(path) : win32.normalize(path)
  return plain.replace(/(?<=[^:])[/\\]+$/, '')
}

/** Names that can be read, whatever folders may be called. */
const partsOf = (path: string): string[] =>
  path
    .split(/[/\\]/)
    .map(fittingName)
    .filter(part => part !== '')

/** The longest of those that the folder lies in. */
function nearest(mappings: readonly MappingRow[], path: string): MappingRow | undefined {
  const inside = mappings.filter(one => isInside(path, one.directory))
  return inside.sort((a, b) => b.directory.length - a.directory.length)[0]
}

function isInside(path: string, folder: string): boolean {
  if (!path.startsWith(folder)) return false
  return path.length === folder.length || /[/\\]/.test(`${path[folder.length]}${folder.at(-1)}`)
}

/** Another folder of this name may have it already, or an archived project: `api` of globex is then `api (globex)`. */
async function byName(context: Context, path: string, mappings: readonly MappingRow[]): Promise<Located> {
  const [name = 'Unsorted', parent] = partsOf(path).reverse()
  const found = await findExactly(context, name)
  const isAnothers = found
    ? mappings.some(one => one.project_id === found.id && isNamed(one.directory, name))
    : (await findProjectsByKey(context.db, context.workspace.id, foldName(name))).some(
        one => one.client_id === null,
      )
  if (!isAnothers || parent === undefined) return { project: found, name, how: 'name' }
  const longer = fittingName(`${name} (${parent})`)
  return { project: await findExactly(context, longer), name: longer, how: 'name' }
}

const isNamed = (path: string, name: string): boolean =>
  foldName(partsOf(path).at(-1) ?? '') === foldName(name)

async function byMapping(context: Context, mapping: MappingRow, how: 'mapping' | 'origin'): Promise<Located> {
  const project = await findProject(context.db, context.workspace.id, mapping.project_id)
  return { project, name: project?.name ?? mapping.project_name, how }
}
