import { posix, win32 } from 'node:path'
import * as z from 'zod'
import { deleteMapping, findMapping, listMappings as findMappings, saveMapping } from '../db/mappings.ts'
import { findProject, findProjectsByKey, type ProjectRow } from '../db/projects.ts'
import type { Context } from '../src/core/context.ts'
import { nextCursor, pageFields, projectRef } from '../src/core/fields.ts'
import { change, query } from '../src/core/operation.ts'
import { cut, defaultLimit, readNameCursor, writeCursor } from '../src/core/page.ts'
import { withoutSecrets } from '../src/core/place.ts'
import { findExactly, resolveProject } from '../src/core/resolve.ts'
import { AppError } from '../src/domain/error.ts'
import { instant, toText } from '../src/domain/instant.ts'
import { foldName } from '../src/domain/name.ts'
import { reference } from '../src/domain/reference.ts'

const directory = z
  .string()
  .max(4000)
  .refine(path => /^([/\\]|[a-z]:([/\\]|$))/i.test(path), { error: 'Must be an absolute path' })
  .describe('Absolute path of a folder')
const origin = z.string().max(1000).overwrite(withoutSecrets).describe("The repository's address")
const mapping = z.object({
  directory: z.string(),
  origin: z.string().optional(),
  project: reference,
  created_at: instant,
})

export const listMappings = query({
  name: 'list_mappings',
  summary: 'Which folders belong to which projects.',
  scope: 'read',
  toolset: 'more',
  route: 'GET /mappings',
  command: 'map list',
  input: z.strictObject(pageFields),
  output: z.object({ mappings: z.array(mapping), next_cursor: nextCursor }),
  text: ({ mappings }) =>
    mappings.length === 0
      ? 'No folder is assigned to a project.'
      : [{ columns: ['Folder', 'Project'], rows: mappings.map(one => [one.directory, one.project.name]) }],

  async run({ db, workspace }, { cursor, limit = defaultLimit }) {
    const asked = { list: 'mappings' }
    const after = readNameCursor(asked, cursor)
    const { last, page } = cut(
      await findMappings(db, workspace.id, { after: after?.value, limit: limit + 1 }),
      limit,
    )
    return {
      mappings: page.map(mappingOf),
      next_cursor: last ? writeCursor(asked, { value: last.directory, id: '' }) : null,
    }
  },
})

type MappingRow = Awaited<ReturnType<typeof findMappings>>[number]

const mappingOf = (row: MappingRow) => ({
  directory: row.directory,
  ...(row.origin !== null && { origin: row.origin }),
  project: { id: row.project_id, name: row.project_name },
  created_at: toText(row.created_at),
})

export const mapDirectory = change({
  name: 'map_directory',
  summary: 'Assign a folder, and all below it, to a project; without a project it is assigned to none.',
  scope: 'write',
  toolset: 'more',
  idempotent: true,
  route: 'POST /mappings',
  command: 'map set <directory> [project]',
  input: z.strictObject({ directory, project: projectRef.optional(), origin: origin.optional() }),
  output: z.object({ mapping: mapping.optional() }),
  text: ({ mapping }) =>
    mapping
      ? `${mapping.directory} belongs to ${mapping.project.name}.`
      : 'The folder belongs to no project now.',

  async run(context, input) {
    const { db, now, workspace } = context
    const path = tidy(input.directory)
    const before = await findMapping(db, workspace.id, path)
    if (input.project === undefined) {
      if (!before)
        throw new AppError('not_found', `${path} is not assigned to a project.`, {
          hint: 'list_mappings shows what is.',
        })
      await deleteMapping(db, workspace.id, path)
      context.emit({ type: 'mapping.deleted', subject: path, before })
      return {}
    }
    const project = await resolveProject(context, input.project)
    const row = {
      workspace_id: workspace.id,
      directory: path,
      origin: input.origin ?? before?.origin ?? null,
      project_id: project.id,
      created_at: before?.created_at ?? now,
    }
    await saveMapping(db, row)
    const type = before ? 'mapping.updated' : 'mapping.created'
    context.emit({ type, subject: path, after: row, ...(before && { before }) })
    return { mapping: mappingOf({ ...row, project_name: project.name }) }
  },
})

/** One folder is always written alike; a root keeps its separator. */
function tidy(path: string): string {
  const plain = path.startsWith('/') ? posix.normalize(path) : win32.normalize(path)
  return plain.replace(/(?<=[^:])[/\\]+$/, '')
}

export const locateProject = query({
  name: 'locate_project',
  summary: 'The project that a folder belongs to, or the name that a new one would have.',
  scope: 'read',
  route: 'GET /mappings/locate',
  command: 'map find <directory>',
  input: z.strictObject({
    directory,
    declared: z.string().max(200).optional().describe('Project that its .stint.json names'),
    root: z.string().max(4000).optional().describe('Top folder of its repository'),
    origin: origin.optional(),
    nowhere: z.boolean().optional().describe('true: a home, root or temporary folder'),
  }),
  output: z.object({
    project: reference.optional(),
    name: z.string().describe('Its name, or what a new project would be called'),
    how: z.enum(['declared', 'mapping', 'origin', 'name', 'unsorted']),
  }),
  text: ({ name, project }) =>
    project ? `${name} (${project.id})` : `No project yet; it would be called ${name}.`,

  async run(context, input) {
    if (input.declared !== undefined)
      return located(await findExactly(context, input.declared), input.declared, 'declared')
    const mappings = await findMappings(context.db, context.workspace.id)
    const mapped = nearest(mappings, tidy(input.directory))
    if (mapped) return locatedBy(context, mapped, 'mapping')
    const cloned = input.origin === undefined ? undefined : mappings.find(one => one.origin === input.origin)
    if (cloned) return locatedBy(context, cloned, 'origin')
    if (input.nowhere) return located(await findExactly(context, 'Unsorted'), 'Unsorted', 'unsorted')
    return byName(context, tidy(input.root ?? input.directory), mappings)
  },
})

const partsOf = (path: string): string[] => path.split(/[/\\]/).filter(part => part !== '')

/** The longest of those that the folder lies in. */
function nearest(mappings: readonly MappingRow[], path: string): MappingRow | undefined {
  const inside = mappings.filter(one => isInside(path, one.directory))
  return inside.sort((a, b) => b.directory.length - a.directory.length)[0]
}

function isInside(path: string, folder: string): boolean {
  if (!path.startsWith(folder)) return false
  return path.length === folder.length || /[/\\]/.test(`${path[folder.length]}${folder.at(-1)}`)
}

/** Another folder may hold the name already, or an archived project: `api` of globex is then `api (globex)`. */
async function byName(context: Context, path: string, mappings: readonly MappingRow[]) {
  const [name = 'Unsorted', parent] = partsOf(path).reverse()
  const found = await findExactly(context, name)
  const isAnothers = found
    ? mappings.some(one => one.project_id === found.id)
    : (await findProjectsByKey(context.db, context.workspace.id, foldName(name))).some(
        one => one.client_id === null,
      )
  if (!isAnothers || parent === undefined) return located(found, name, 'name')
  const longer = `${name} (${parent})`
  return located(await findExactly(context, longer), longer, 'name')
}

async function locatedBy(context: Context, mapping: MappingRow, how: 'mapping' | 'origin') {
  return located(
    await findProject(context.db, context.workspace.id, mapping.project_id),
    mapping.project_name,
    how,
  )
}

const located = (
  found: ProjectRow | undefined,
  name: string,
  how: 'declared' | 'mapping' | 'origin' | 'name' | 'unsorted',
) => ({ ...(found && { project: { id: found.id, name: found.name } }), name: found?.name ?? name, how })
