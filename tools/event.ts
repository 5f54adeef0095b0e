import * as z from 'zod'
import { listEvents as findEvents } from '../db/events.ts'
import { eventOf } from '../src/core/event.ts'
import { nextCursor, pageFields, periodFields } from '../src/core/fields.ts'
import { query } from '../src/core/operation.ts'
import { cut, defaultLimit, readNumberCursor, writeCursor } from '../src/core/page.ts'
import { calendarOf } from '../src/core/time.ts'
import { event } from '../src/domain/event.ts'
import { periodShape, periodText, resolvePeriod } from '../src/domain/period.ts'

export const listEvents = query({
  name: 'list_events',
  summary: 'What was changed, when, by whom, through which door; before and after.',
  scope: 'read',
  role: 'manager',
  toolset: 'more',
  route: 'GET /events',
  command: 'events [period]',
  examples: ['events today', 'events --type entry.* --limit 20', 'events --subject ent_…'],
  input: z.strictObject({
    ...periodFields,
    type: z.string().max(60).optional().describe('As entry.created, or entry.*'),
    subject: z.string().max(60).optional().describe('Id of the thing that changed'),
    after: z.int().min(0).optional().describe('Only those with a greater seq'),
    sort: z.enum(['-seq', 'seq']).optional().describe('Default -seq: newest first'),
    ...pageFields,
  }),
  seldom: ['after'],
  output: z.object({ period: periodShape, events: z.array(event), next_cursor: nextCursor }),
  text: ({ events }, view) =>
    events.length === 0
      ? 'No events.'
      : [
          {
            columns: ['At', 'Event', 'Member', 'Door', 'Operation', 'Subject'],
            rows: events.map(one => [
              view.time(Date.parse(one.at)),
              one.type,
              one.member.name,
              one.door,
              one.operation,
              one.subject_id,
            ]),
          },
        ],

  async run(context, { cursor, limit = defaultLimit, ...question }) {
    const { db, workspace } = context
    const period = resolvePeriod(question, calendarOf(context, question.time_zone), 'all_time')
    const asked = { list: 'events', ...question }
    const after = readNumberCursor(asked, cursor)
    const rows = await findEvents(db, workspace.id, {
      after: after?.value,
      since: question.after,
      type: question.type,
      subject: question.subject,
      from: period.from ?? undefined,
      to: period.to,
      newest_first: question.sort !== 'seq',
      limit: limit + 1,
    })
    const { last, page } = cut(rows, limit)
    return {
      period: periodText(period),
      events: page.map(eventOf),
      next_cursor: last ? writeCursor(asked, { value: last.seq, id: last.id }) : null,
    }
  },
})
