import * as z from 'zod'
import { listTags as findTags } from '../db/entries.ts'
import { query } from '../src/core/operation.ts'
import { hours } from '../src/domain/duration.ts'

export const listTags = query({
  name: 'list_tags',
  summary: 'Tags in use, with their time.',
  scope: 'read',
  route: 'GET /tags',
  command: 'tags',
  input: z.strictObject({}),
  output: z.object({ tags: z.array(z.object({ tag: z.string(), entries: z.int(), seconds: z.int() })) }),
  text: ({ tags }) =>
    tags.length === 0
      ? 'No tags.'
      : [
          {
            columns: ['Tag', 'Entries', 'Time'],
            rows: tags.map(one => [one.tag, String(one.entries), hours(one.seconds)]),
          },
        ],
  run: async ({ db, workspace }) => ({ tags: await findTags(db, workspace.id) }),
})
