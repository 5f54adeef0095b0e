import { expect, it } from 'vitest'
import { typedPrompt } from '../../../src/domain/transcript/history.ts'

const typed = (more: object) =>
  typedPrompt(
    Buffer.from(
      JSON.stringify({ display: 'Fix it', timestamp: 1000, project: '/work/zoë', sessionId: 's', ...more }),
    ),
  )

it('a typed prompt is told with its session and folder, and without its words', () => {
  expect(typed({})).toEqual({ host_session: 's', directory: '/work/zoë', at: 1000 })
})

it('commands, and lines of old versions without a session, tell nothing', () => {
  expect([typed({ display: '/clear' }), typed({ sessionId: undefined }), typed({ timestamp: 'x' })]).toEqual([
    null,
    null,
    null,
  ])
  expect(typedPrompt(Buffer.from('{"display":"Fix'))).toBeNull()
})
