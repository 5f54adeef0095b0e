import * as z from 'zod'
import { findSession } from '../db/sessions.ts'
import { entryOf, storedEntry } from '../src/core/entry.ts'
import { subjectsOf } from '../src/core/evidence.ts'
import { entryRef } from '../src/core/fields.ts'
import { query } from '../src/core/operation.ts'
import { suggestion, suggestionFrom } from '../src/domain/evidence.ts'

export const suggestDescription = query({
  name: 'suggest_description',
  summary:
    'A description for an entry from its git branch and commits. Changes nothing; edit_entry takes it over.',
  scope: 'read',
  toolset: 'more',
  route: 'GET /entries/{entry}/suggestion',
  command: 'suggest <entry>',
  examples: ['suggest ent_…'],
  input: z.strictObject({ entry: entryRef }),
  output: z.object({ suggestion }),
  text: ({ suggestion: { description, entry } }) =>
    description === ''
      ? 'Git says nothing of this entry: no branch of its own, and no commits in its time.'
      : [description, `To take it over: stint edit ${entry} --description ${quoted(description)}`],

  async run(context, input) {
    const row = await storedEntry(context, input.entry)
    const { git } = entryOf(row)
    const session =
      row.session_id === null
        ? undefined
        : await findSession(context.db, context.workspace.id, row.session_id)
    const commits = git && session?.directory ? subjectsOf(session.directory, git) : []
    const found = git && suggestionFrom(git, commits)
    return { suggestion: { entry: row.id, ...(found ?? { description: '', from: [] }) } }
  },
})

/** Subjects of commits are anybody's text: for a shell nothing in it may be a command. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`
