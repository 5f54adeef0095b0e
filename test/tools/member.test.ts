import { describe, expect, test } from 'vitest'
import { invitePrincipal } from '../../src/core/invite.ts'
import { tokenPrincipal } from '../../src/core/token.ts'
import { type GivenWorkspace, workspace } from '../support/workspace.ts'

const refusal = (promise: Promise<unknown>): Promise<{ code: string; message: string }> =>
  promise.then(
    () => Promise.reject(new Error('It was let in.')),
    (error: { code: string; message: string }) => error,
  )

/** Without a token, with a code alone. */
const join = async ({ app, call }: GivenWorkspace, code: string, input: object = {}) =>
  call('join_workspace', { code, ...input }, await invitePrincipal(app, code, 'rest'))

describe('an invite', () => {
  test('lets somebody in once, with a token of their own', async () => {
    const given = await workspace({ projects: ['Website', 'App'] })
    const { app, call, events } = given
    const { code, invite } = await call('invite_member', { name: 'Grace', projects: ['website'] })
    expect(code).toMatch(/^[0-9a-f]{32}$/)
    expect(invite).toMatchObject({
      name: 'Grace',
      role: 'member',
      projects: [{ name: 'Website' }],
      member: { name: 'Ada' },
      expires_at: '2026-05-27T07:00:00.000Z',
    })
    expect((await call('list_invites')).invites).toEqual([invite])
    expect(await events()).toEqual(['invite.created'])

    const { member, secret, workspace: there } = await join(given, code.toUpperCase())
    expect(member).toMatchObject({ name: 'Grace', role: 'member', projects: [{ name: 'Website' }] })
    expect(there.id).toBe(given.principal.workspace_id)
    expect(await events()).toEqual(['member.joined', 'token.created'])
    const grace = await tokenPrincipal(app, secret, 'rest')
    expect(await call('get_me', {}, grace)).toMatchObject({ member: { id: member.id, name: 'Grace' } })
    expect((await call('list_projects', {}, grace)).projects).toHaveLength(1)
    expect((await call('list_events', { type: 'member.*' })).events[0].member.name).toBe('Grace')

    expect(await refusal(join(given, code, { name: 'Eve' }))).toMatchObject({ code: 'not_found' })
    expect((await call('list_invites')).invites).toEqual([])
  })

  test('is kept by its hash alone, and shown once', async () => {
    const { call, rows, store } = await workspace()
    const asked = { name: 'Grace', idempotency_key: 'k' }
    const { code } = await call('invite_member', asked)
    expect(await call('invite_member', asked)).not.toHaveProperty('code')
    const tables = store.handle.prepare<[], string>(`select name from sqlite_master where type = 'table'`)
    for (const table of tables.pluck().all())
      expect(JSON.stringify(store.handle.prepare(`select * from ${table}`).all()), table).not.toContain(code)
    expect(JSON.stringify((await call('list_events')).events)).not.toContain(rows('invites')[0]?.hash)
  })

  test.each([
    ['it was taken back', ({ call }: GivenWorkspace) => call('revoke_invite', { invite: 'Grace' })],
    ['seven days are over', ({ clock }: GivenWorkspace) => Promise.resolve(clock.set('2026-05-27T09:00'))],
    [
      'whoever gave it is no owner any more',
      async ({ call, member, principal }: GivenWorkspace) => {
        const mia = await member('Mia', 'owner')
        await mia.call('update_member', { member: principal.member_id, role: 'manager' })
        expect(await refusal(call('list_invites'))).toMatchObject({ code: 'forbidden_role' })
      },
    ],
    [
      'whoever gave it is gone',
      async ({ member, principal }: GivenWorkspace) => {
        const mia = await member('Mia', 'owner')
        await mia.call('remove_member', { member: principal.member_id, confirm: true })
      },
    ],
  ])('lets nobody in once %s', async (_what, happens) => {
    const given = await workspace()
    const { code } = await given.call('invite_member', { name: 'Grace' })
    await happens(given)
    expect(await refusal(join(given, code))).toMatchObject({ code: 'not_found' })
    expect(given.rows('members').map(one => one.name)).not.toContain('Grace')
  })

  test('is worth nothing guessed, and needs a name that is free', async () => {
    const given = await workspace()
    const { call, refused } = given
    const { code } = await call('invite_member')
    for (const wrong of ['0'.repeat(32), code.slice(1), `${code}0`, 'x'])
      expect(await refused('join_workspace', { code: wrong, name: 'Eve' })).toMatchObject({
        code: 'not_found',
      })
    expect(await refused('join_workspace', { code })).toMatchObject({ code: 'validation_error' })
    expect(await refused('join_workspace', { code, name: 'ADA' })).toMatchObject({ code: 'conflict' })
    expect((await join(given, code, { name: 'Grace' })).member.name).toBe('Grace')
  })

  test.each([
    [{ clients: ['acme'] }, 'validation_error'],
    [{ role: 'manager', projects: ['website'] }, 'validation_error'],
    [{ projects: ['nowhere'] }, 'not_found'],
    [{ role: 'viewer', clients: ['nobody'] }, 'not_found'],
    [{ role: 'boss' }, 'validation_error'],
  ])('is not made of %j', async (input, code) => {
    const { call, refused } = await workspace({ projects: ['Website'] })
    await call('save_client', { name: 'Acme' })
    expect(await refused('invite_member', input)).toMatchObject({ code })
  })

  test('without the project that it is for would let in further than meant', async () => {
    const given = await workspace()
    await given.call('create_project', { name: 'Short' })
    const { code } = await given.call('invite_member', { name: 'Grace', projects: ['short'] })
    await given.call('undo')
    expect(await refusal(join(given, code))).toMatchObject({ code: 'conflict' })
    expect(given.rows('members')).toHaveLength(1)
  })
})

describe('a member', () => {
  test('is listed with what they are kept to, for those whose business it is', async () => {
    const { call, member } = await workspace({ projects: ['Website', 'App'] })
    const grace = await member('Grace')
    const linus = await member('Linus')
    await call('update_member', { member: 'Grace', projects: ['website', 'Website'] })
    expect((await call('list_members')).members).toMatchObject([
      { name: 'Ada', role: 'owner' },
      { name: 'Grace', role: 'member', projects: [{ name: 'Website' }] },
      { name: 'Linus' },
    ])
    expect((await grace.call('list_members')).members[1].projects).toHaveLength(1)
    expect((await linus.call('list_members')).members[1]).not.toHaveProperty('projects')
  })

  test('gets another name and role, and the audit says so', async () => {
    const { call, events, member } = await workspace()
    await member('Grace')
    expect(await call('update_member', { member: 'Grace', name: 'Grace Hopper', role: 'manager' })).toEqual({
      member: expect.objectContaining({ name: 'Grace Hopper', role: 'manager' }),
    })
    expect(await events()).toEqual(['member.updated'])
    const [told] = (await call('list_events', { type: 'member.updated' })).events
    expect(told).toMatchObject({ before: { name: 'Grace', role: 'member' }, after: { role: 'manager' } })
  })

  test('who is the last owner stays one', async () => {
    const { call, member, refused } = await workspace()
    await member('Grace')
    for (const [name, input] of [
      ['update_member', { member: 'Ada', role: 'manager' }],
      ['update_member', { member: 'Ada', archived: true }],
      ['remove_member', { member: 'Ada' }],
      ['remove_member', { member: 'me' }],
    ] as const)
      expect(await refused(name, input), name).toMatchObject({ code: 'conflict' })
    await call('update_member', { member: 'Grace', role: 'owner' })
    await call('update_member', { member: 'Ada', role: 'manager' })
  })

  test('who is let go is out at once with tokens and webhooks; their time stays', async () => {
    const { app, call, clock, member, rows } = await workspace({ projects: ['Website'], door: 'cli' })
    const grace = await member('Grace', 'manager')
    await grace.call('log_time', { project: 'website', duration: '1h' })
    const { secret } = await call('create_token', { name: 'Editor', member: 'Grace', scope: 'full' })
    await grace.call('create_webhook', { url: 'https://example.com/hook' })
    const timer = await grace.call('start_timer', { project: 'website' })
    clock.pass(30)
    const { member: gone } = await call('remove_member', { member: 'Grace', confirm: true })
    expect(gone.archived_at).toBe('2026-05-20T07:30:00.000Z')

    const shown = await tokenPrincipal(app, secret, 'rest')
    for (const by of [grace.principal, shown])
      expect(await refusal(call('get_me', {}, by))).toMatchObject({ code: 'not_authenticated' })
    expect((await call('list_webhooks')).webhooks).toMatchObject([{ disabled_reason: 'member' }])
    const waiting = rows('deliveries').length
    await call('log_time', { project: 'website', duration: '1h' })
    expect(rows('deliveries')).toHaveLength(waiting)
    expect(rows('sessions').find(one => one.id === timer.timer.id)?.ended_at).toBe(clock.now)
    const { entries } = await call('list_entries')
    expect(entries.map((one: { member: { name: string } }) => one.member.name)).toEqual(
      expect.arrayContaining(['Grace', 'Ada']),
    )
    const { rows: hours } = await call('get_report', { group_by: 'member' })
    expect(hours).toMatchObject([{ name: 'Grace', seconds: 5400 }, { name: 'Ada' }])
    expect((await call('list_members')).members).toHaveLength(1)
    expect((await call('list_members', { archived: true })).members).toMatchObject([{ name: 'Grace' }])
  })

  test('comes back with the name they had, unless somebody else has it', async () => {
    const { call, member, refused } = await workspace()
    const grace = await member('Grace')
    await call('remove_member', { member: 'Grace', confirm: true })
    expect(await refused('update_member', { member: 'Grace', name: 'G' })).toMatchObject({
      code: 'not_found',
    })
    await member('Grace')
    const { member_id } = grace.principal
    expect(await refused('update_member', { member: member_id, archived: false })).toMatchObject({
      code: 'conflict',
    })
    await call('update_member', { member: member_id, archived: false, name: 'Grace H' })
    expect(await grace.call('get_me')).toMatchObject({ member: { name: 'Grace H' } })
  })

  test.each(['read', 'write'] as const)('needs the scope full: %s is not enough', async scope => {
    const { principal, refused } = await workspace()
    for (const [name, input] of [
      ['list_members', {}],
      ['update_member', { member: 'Ada' }],
      ['remove_member', { member: 'Ada' }],
      ['invite_member', {}],
      ['list_invites', {}],
      ['revoke_invite', { invite: 'x' }],
      ['create_workspace', { name: 'x' }],
      ['join_workspace', { code: 'x' }],
    ] as const)
      expect(await refused(name, input, { ...principal, scope })).toMatchObject({ code: 'forbidden_scope' })
  })

  test('who is kept to a project keeps it from being taken back', async () => {
    const { call, member, refused } = await workspace()
    await member('Grace')
    await call('create_project', { name: 'Website' })
    await call('update_member', { member: 'Grace', projects: ['website'] })
    expect(await refused('undo')).toMatchObject({ code: 'conflict' })
  })
})
