import * as z from 'zod'
import { nextCursor, pageFields, sessionRef } from '../src/core/fields.ts'
import { foldOf } from '../src/core/fold.ts'
import { query } from '../src/core/operation.ts'
import { cut, defaultLimit, readNumberCursor, writeCursor } from '../src/core/page.ts'
import { resolveRun } from '../src/core/run.ts'
import type { Beat } from '../src/domain/beats.ts'
import { hours } from '../src/domain/duration.ts'
import { isId } from '../src/domain/id.ts'
import { instant, toText } from '../src/domain/instant.ts'

const beat = z.object({
  kind: z.enum(['active', 'agent', 'idle']),
  started_at: instant,
  ended_at: instant.describe('Of one that lasts: now'),
  seconds: z.int(),
  hand_set: z.boolean().describe('A person or a tool said so'),
})

export const listBeats = query({
  name: 'list_beats',
  summary: 'What a session, or a timer by its id, consists of: who worked when, computed from its signals.',
  scope: 'read',
  route: 'GET /sessions/{session}/beats',
  command: 'session beats [session]',
  examples: ['session beats', 'session beats ses_…'],
  input: z.strictObject({
    session: sessionRef.optional(),
    sort: z.enum(['started_at', '-started_at']).optional().describe('Default started_at'),
    ...pageFields,
  }),
  output: z.object({ beats: z.array(beat), next_cursor: nextCursor }),
  text: ({ beats }, view) =>
    beats.length === 0
      ? 'No beats.'
      : [
          {
            columns: ['From', 'To', 'Kind', 'Time'],
            rows: beats.map(one => [
              view.time(Date.parse(one.started_at)),
              view.time(Date.parse(one.ended_at)),
              one.kind,
              hours(one.seconds),
            ]),
          },
        ],

  async run(context, { cursor, limit = defaultLimit, session, sort }) {
    const kind = session !== undefined && isId(session, 'tmr') ? 'timer' : 'session'
    const found = await resolveRun(context, session, kind)
    const asked = { list: 'beats', session: found.id, sort }
    const after = readNumberCursor(asked, cursor)
    const { beats } = await foldOf(context, found)
    const isBack = sort === '-started_at'
    const inOrder = isBack ? beats.toReversed() : beats
    const { last, page } = cut(after ? behind(inOrder, after, isBack) : inOrder, limit)
    return {
      beats: page.map(({ end, hand_set, kind, start }) => ({
        kind,
        started_at: toText(start),
        ended_at: toText(end),
        seconds: (end - start) / 1000,
        hand_set,
      })),
      next_cursor: last ? writeCursor(asked, { value: last.start, id: last.kind }) : null,
    }
  },
})

/** Late signals may have changed what they are: then it goes on with those that begin later, or earlier. */
function behind(
  beats: readonly Beat[],
  { id, value }: { value: number; id: string },
  isBack: boolean,
): readonly Beat[] {
  const at = beats.findIndex(one => one.start === value && one.kind === id)
  if (at >= 0) return beats.slice(at + 1)
  return beats.filter(({ start }) => (isBack ? start < value : start > value))
}
