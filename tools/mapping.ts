import * as z from 'zod'
import { deleteMapping, findMapping, listMappings as findMappings, saveMapping } from '../db/mappings.ts'
import type { ChangeContext } from '../src/core/context.ts'
import { nextCursor, pageFields, projectRef } from '../src/core/fields.ts'
import { locate, tidy } from '../src/core/locate.ts'
import { change, query } from '../src/core/operation.ts'
import { cut, defaultLimit, readNameCursor, writeCursor } from '../src/core/page.ts'
import { withoutSecrets } from '../src/core/place.ts'
import { reaches, sightOf } from '../src/core/reach.ts'
import { resolveProject } from '../src/core/resolve.ts'
import { AppError } from '../src/domain/error.ts'
import { instant, toText } from '../src/domain/instant.ts'
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
  examples: ['map list'],
  input: z.strictObject({
    sort: z.enum(['directory', '-directory']).optional().describe('Default directory'),
    ...pageFields,
  }),
  output: z.object({ mappings: z.array(mapping), next_cursor: nextCursor }),
  text: ({ mappings }) =>
    mappings.length === 0
      ? 'No folder is assigned to a project.'
      : [{ columns: ['Folder', 'Project'], rows: mappings.map(one => [one.directory, one.project.name]) }],

  async run(context, { cursor, limit = defaultLimit, sort }) {
    const { db, workspace } = context
    const asked = { list: 'mappings', sort }
    const rows = await findMappings(db, workspace.id, {
      ...sightOf(context),
      descending: sort === '-directory',
      after: readNameCursor(asked, cursor)?.value,
      limit: limit + 1,
    })
    const { last, page } = cut(rows, limit)
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
  examples: ['map set /home/ada/acme acme', 'map set /home/ada/notes'],
  input: z.strictObject({ directory, project: projectRef.optional(), origin: origin.optional() }),
  output: z.object({ mapping: mapping.optional() }),
  text: ({ mapping }) =>
    mapping
      ? `${mapping.directory} belongs to ${mapping.project.name}.`
      : 'The folder belongs to no project now.',

  async run(context, input) {
    const { db, now, workspace } = context
    const path = tidy(input.directory)
    if (input.project === undefined) {
      await unmap(context, path)
      return {}
    }
    const before = await ownMapping(context, path)
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

export const unmapDirectory = change({
  name: 'unmap_directory',
  summary: 'Assign a folder to no project.',
  scope: 'write',
  route: 'DELETE /mappings',
  command: 'map remove <directory>',
  examples: ['map remove /home/ada/acme'],
  input: z.strictObject({ directory }),
  output: z.object({}),
  text: () => 'The folder belongs to no project now.',

  async run(context, input) {
    await unmap(context, tidy(input.directory))
    return {}
  },
})

async function unmap(context: ChangeContext, path: string): Promise<void> {
  const before = await ownMapping(context, path)
  if (!before)
    throw new AppError('not_found', `${path} is not assigned to a project.`, {
      hint: 'list_mappings shows what is.',
    })
  await deleteMapping(context.db, context.workspace.id, path)
  context.emit({ type: 'mapping.deleted', subject: path, before })
}

async function ownMapping(context: ChangeContext, path: string) {
  const found = await findMapping(context.db, context.workspace.id, path)
  if (!found || reaches(context, found.project_id)) return found
  throw new AppError('conflict', `${path} belongs to a project that is not among yours.`, {
    hint: 'Who manages the workspace can assign it anew.',
  })
}

export const locateProject = query({
  name: 'locate_project',
  summary: 'The project that a folder belongs to, or the name that a new one would have.',
  scope: 'read',
  route: 'GET /mappings/locate',
  command: 'map find <directory>',
  examples: ['map find /home/ada/acme'],
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
    const { how, name, project } = await locate(context, input)
    return { ...(project && { project: { id: project.id, name: project.name } }), name, how }
  },
})
