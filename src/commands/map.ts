import type { Answer } from '../cli/command.ts'
import { operate } from '../cli/operate.ts'
import { placeOf } from '../core/place.ts'
import type { Program } from './index.ts'

/** This folder, or the repository that it lies in. */
export async function map(program: Program, { project }: { project?: string | undefined }): Promise<Answer> {
  const { declared, directory, nowhere, repository } = placeOf(program.terminal.directory)
  const name = project === undefined ? 'locate_project' : 'map_directory'
  const operation = (await program.operations()).find(one => one.name === name)
  if (!operation) throw new Error(`There is no ${name}.`)
  const origin = repository?.origin === undefined ? {} : { origin: repository.origin }
  const input =
    project === undefined
      ? { directory, nowhere, ...repository, ...(declared && { declared: declared.project }) }
      : { directory: repository?.root ?? directory, project, ...origin }
  return operate(program, operation, input, { yes: true, json: false })
}
