import * as z from 'zod'
import { listTags as findTags } from '../db/entries.ts'
import { nextCursor, pageFields } from '../src/core/fields.ts'
import { query } from '../src/core/operation.ts'
import { cut, defaultLimit, readNameCursor, writeCursor } from '../src/core/page.ts'
import { sightOf } from '../src/core/reach.ts'
import { hours } from '../src/domain/duration.ts'

export const listTags = query({
  name: 'list_tags',
  summary: 'Tags in use, with their time.',
  scope: 'read',
  route: 'GET /tags',
  command: 'tags',
  examples: ['tags'],
  input: z.strictObject({
    sort: z.enum(['tag', '-tag']).optional().describe('Default tag'),
    ...pageFields,
  }),
  output: z.object({
    tags: z.array(z.object({ tag: z.string(), entries: z.int(), seconds: z.int() })),
    next_cursor: nextCursor,
  }),
  text: ({ tags }) =>
    tags.length === 0
      ? 'No tags.'
      : [
          {
            columns: ['Tag', 'Entries', 'Time'],
            rows: tags.map(one => [one.tag, String(one.entries), hours(one.seconds)]),
          },
        ],

  async run(context, { cursor, limit = defaultLimit, sort }) {
    const { db, workspace } = context
    const asked = { list: 'tags', sort }
    const rows = await findTags(db, workspace.id, {
      ...sightOf(context),
      descending: sort === '-tag',
      after: readNameCursor(asked, cursor)?.value,
      limit: limit + 1,
    })
    const { last, page } = cut(rows, limit)
    return { tags: page, next_cursor: last ? writeCursor(asked, { value: last.tag_key, id: '' }) : null }
  },
})
