import { AppError } from '../domain/error.ts'

/** Names are unique after folding; an archived one still holds its name. */
export function taken(
  word: 'project' | 'client' | 'task',
  twin: { id: string; name: string; archived_at: number | null },
): AppError {
  const archived = twin.archived_at !== null
  return new AppError(
    'conflict',
    `There is already ${archived ? 'an archived' : 'a'} ${word} "${twin.name}".`,
    {
      details: { [word]: { id: twin.id, name: twin.name } },
      hint: archived ? `Take it back with archived: false, or choose another name.` : 'Choose another name.',
    },
  )
}
