import { describe, expect, test } from 'vitest'
import { tokenPrincipal } from '../../src/core/token.ts'
import { workspace } from '../support/workspace.ts'

const refusal = (promise: Promise<unknown>): Promise<{ code: string; message: string }> =>
  promise.then(
    () => Promise.reject(new Error('It was let in.')),
    (error: { code: string; message: string }) => error,
  )

describe('a token', () => {
  test('is shown once, and only its hash is kept', async () => {
    const { app, call, events, rows, store } = await workspace()
    const { secret, token } = await call('create_token', { name: 'Dashboard', idempotency_key: 'k' })
    expect(secret).toMatch(/^stint_[0-9a-z]{20}_[0-9a-f]{64}$/)
    expect(token).toMatchObject({ name: 'Dashboard', scope: 'read', member: { name: 'Ada' } })
    expect(await tokenPrincipal(app, secret, 'rest')).toMatchObject({ scope: 'read', connection: token.id })
    expect(await events()).toEqual(['token.created'])

    const bare = secret.split('_')[2]
    const tables = store.handle.prepare<[], string>(`select name from sqlite_master where type = 'table'`)
    for (const table of tables.pluck().all())
      expect(JSON.stringify(store.handle.prepare(`select * from ${table}`).all()), table).not.toContain(bare)
    const hash = rows('tokens')[0]?.hash
    expect(JSON.stringify((await call('list_events')).events)).not.toContain(hash)
    const again = await call('create_token', { name: 'Dashboard', idempotency_key: 'k' })
    expect(again).toEqual({ token, replayed: true })
    expect((await call('list_tokens')).tokens).toEqual([{ ...token, last_used_at: expect.any(String) }])
  })

  test('is refused when its secret, its id or its form is another', async () => {
    const { app, call } = await workspace()
    const { secret } = await call('create_token', { name: 'a' })
    const last = secret.endsWith('0') ? '1' : '0'
    for (const shown of [
      secret.slice(0, -1) + last,
      secret.replace(/_\w/, '_z'),
      secret.slice(0, -1),
      `${secret}0`,
      secret.toUpperCase(),
      'stint__',
      '',
    ])
      expect(await refusal(tokenPrincipal(app, shown, 'rest')), shown).toMatchObject({
        code: 'not_authenticated',
      })
  })

  test('stops at once when it is revoked, and its name is free again', async () => {
    const { app, call, events, refused } = await workspace()
    const { secret, token } = await call('create_token', { name: 'CI', scope: 'write' })
    expect(await refused('create_token', { name: 'ci' })).toMatchObject({ code: 'conflict' })
    await tokenPrincipal(app, secret, 'rest')
    await events()
    await call('revoke_token', { token: 'ci', confirm: true })
    expect(await refusal(tokenPrincipal(app, secret, 'rest'))).toMatchObject({
      code: 'not_authenticated',
      message: 'This token was revoked.',
    })
    expect(await events()).toEqual(['token.revoked'])
    expect((await call('list_tokens')).tokens).toEqual([])
    expect((await call('list_tokens', { revoked: true })).tokens).toMatchObject([
      { id: token.id, revoked_at: expect.any(String) },
    ])
    expect(await refused('revoke_token', { token: token.id })).toMatchObject({ code: 'not_found' })
    await call('create_token', { name: 'CI' })
  })

  test('gets a new secret, and the old one is worth nothing', async () => {
    const { app, call, events } = await workspace()
    const first = await call('create_token', { name: 'CI', scope: 'write' })
    await events()
    const second = await call('rotate_token', { token: 'CI' })
    expect(second.token.id).toBe(first.token.id)
    expect(await refusal(tokenPrincipal(app, first.secret, 'rest'))).toMatchObject({
      code: 'not_authenticated',
    })
    expect(await tokenPrincipal(app, second.secret, 'rest')).toMatchObject({ scope: 'write' })
    expect(await events()).toEqual(['token.rotated'])
  })

  test('lasts through its last day', async () => {
    const { app, call, clock, refused } = await workspace({ now: '2026-05-20T09:00' })
    const { secret, token } = await call('create_token', { name: 'CI', expires_at: '2026-05-21' })
    expect(token.expires_at).toBe('2026-05-21T22:00:00.000Z')
    clock.set('2026-05-21T23:59')
    await tokenPrincipal(app, secret, 'rest')
    clock.set('2026-05-22T00:00')
    expect(await refusal(tokenPrincipal(app, secret, 'rest'))).toMatchObject({
      message: 'This token has expired.',
    })
    for (const expires_at of ['2026-05-01', '2026-05-21T22:00Z', 'soon'])
      expect(await refused('create_token', { name: 'x', expires_at })).toMatchObject({
        code: 'validation_error',
      })
  })

  test('tells when it was used, to the minute', async () => {
    const { app, call, clock, rows } = await workspace()
    const { secret } = await call('create_token', { name: 'CI' })
    const used = () => rows('tokens')[0]?.last_used_at
    await tokenPrincipal(app, secret, 'rest')
    const first = clock.now
    expect(used()).toBe(first)
    clock.now += 59_000
    await tokenPrincipal(app, secret, 'rest')
    expect(used()).toBe(first)
    clock.now += 1000
    await tokenPrincipal(app, secret, 'rest')
    expect(used()).toBe(first + 60_000)
  })

  test('acts for its member, and goes with them', async () => {
    const { app, call, member, rows, store } = await workspace()
    const grace = await member('Grace')
    const { secret } = await call('create_token', { name: 'Editor', member: 'Grace', scope: 'full' })
    const principal = await tokenPrincipal(app, secret, 'rest')
    expect(principal.member_id).toBe(grace.principal.member_id)
    expect(await call('get_me', {}, principal)).toMatchObject({
      member: { name: 'Grace', role: 'member' },
      scope: 'full',
      token: { name: 'Editor' },
    })
    const { member_id, workspace_id } = principal
    await store.change(db =>
      db
        .updateTable('members')
        .set({ archived_at: 1 })
        .where('workspace_id', '=', workspace_id)
        .where('id', '=', member_id)
        .execute(),
    )
    expect(await refusal(call('get_me', {}, principal))).toMatchObject({ code: 'not_authenticated' })
    expect(rows('tokens')).toHaveLength(1)
  })

  test('of others is the business of the owner alone', async () => {
    const { call, member, refused } = await workspace()
    await call('create_token', { name: 'Mine' })
    const grace = await member('Grace', 'manager')
    await grace.call('create_token', { name: 'Hers' })
    expect((await call('list_tokens')).tokens).toHaveLength(2)
    expect((await call('list_tokens', { member: 'Grace' })).tokens).toMatchObject([{ name: 'Hers' }])
    expect((await grace.call('list_tokens')).tokens).toMatchObject([{ name: 'Hers' }])
    expect(await refused('revoke_token', { token: 'Mine' }, grace.principal)).toMatchObject({
      code: 'not_found',
    })
    for (const name of ['create_token', 'list_tokens'])
      expect(
        await refused(
          name,
          { member: 'Ada', ...(name === 'create_token' && { name: 'x' }) },
          grace.principal,
        ),
      ).toMatchObject({ code: 'forbidden_role' })
  })

  test.each(['read', 'write'] as const)('needs the scope full: %s is not enough', async scope => {
    const { principal, refused } = await workspace()
    for (const [name, input] of [
      ['list_tokens', {}],
      ['create_token', { name: 'x' }],
      ['rotate_token', { token: 'x' }],
      ['revoke_token', { token: 'x' }],
    ] as const)
      expect(await refused(name, input, { ...principal, scope })).toMatchObject({ code: 'forbidden_scope' })
  })
})
