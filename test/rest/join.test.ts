import { expect, test } from 'vitest'
import { server } from '../support/server.ts'

test('whoever shows the code of an invite joins without a token, once, and gets one of their own', async () => {
  const { call, send } = await server()
  const { code } = await call('invite_member', { name: 'Grace', role: 'member' })
  const joined = await send('POST /v1/workspaces/join', { token: null, body: { code } })
  expect(joined.status).toBe(200)
  const me = await send('GET /v1/me', { token: joined.body.secret })
  expect(me.body).toMatchObject({ member: { name: 'Grace', role: 'member' } })
  const again = await send('POST /v1/workspaces/join', { token: null, body: { code } })
  expect(again).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } })
})

test.each([
  ['a code that nobody gave', { code: 'f'.repeat(32) }, 404],
  ['no code at all', {}, 404],
])('%s lets nobody in', async (_what, body, status) => {
  const { send } = await server()
  expect((await send('POST /v1/workspaces/join', { token: null, body })).status).toBe(status)
})
