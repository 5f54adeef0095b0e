import { describe, expect, test } from 'vitest'
import { invitePrincipal } from '../../src/core/invite.ts'
import { localPrincipal } from '../../src/core/owner.ts'
import { tokenPrincipal } from '../../src/core/token.ts'
import { workspace } from '../support/workspace.ts'

const namesOf = (all: readonly { name: string }[]): string[] => all.map(one => one.name)

describe('a second workspace', () => {
  test('is made by its owner, with nothing of the first in it', async () => {
    const { app, call, events, principal } = await workspace({ projects: ['Website'] })
    const { workspace: second } = await call('create_workspace', {
      name: 'Side business',
      currency: 'USD',
      time_zone: 'America/New_York',
    })
    expect(second).toMatchObject({
      name: 'Side business',
      role: 'owner',
      current: false,
      currency: 'USD',
      time_zone: 'America/New_York',
      member: { name: 'Ada' },
    })
    expect(await events()).toEqual(['workspace.created'])
    expect((await call('list_events')).events.map((one: { type: string }) => one.type)).not.toContain(
      'workspace.created',
    )
    const there = await localPrincipal(app, 'cli', { member: second.member.id })
    expect(there).toMatchObject({ workspace_id: second.id, member_id: second.member.id })
    expect((await call('list_projects', {}, there)).projects).toEqual([])
    expect(await call('get_me', {}, there)).toMatchObject({ workspace: { name: 'Side business' } })
    expect(namesOf((await call('list_workspaces', {}, there)).workspaces)).toEqual([
      'Workspace',
      'Side business',
    ])
    expect(await localPrincipal(app, 'cli', {})).toMatchObject({ workspace_id: principal.workspace_id })
  })

  test('gives a program that came with a token one for there', async () => {
    const { app, call } = await workspace()
    const { secret } = await call('create_token', { name: 'Script', scope: 'full' })
    const script = await tokenPrincipal(app, secret, 'rest')
    const made = await call('create_workspace', { name: 'Second' }, script)
    const there = await tokenPrincipal(app, made.secret, 'rest')
    expect(await call('get_me', {}, there)).toMatchObject({ workspace: { id: made.workspace.id } })
    expect(await call('create_workspace', { name: 'Third' })).not.toHaveProperty('secret')
  })

  test('is out of reach from the first', async () => {
    const { call, refused } = await workspace()
    const { workspace: second } = await call('create_workspace', { name: 'Second' })
    expect((await call('get_workspace', { workspace: 'second' })).workspace.id).toBe(second.id)
    for (const [name, input] of [
      ['get_workspace_summary', {}],
      ['update_workspace', { name: 'X' }],
      ['list_invites', {}],
      ['invite_member', {}],
      ['revoke_invite', { invite: 'x' }],
    ] as const)
      expect(await refused(name, { workspace: second.id, ...input }), name).toMatchObject({
        code: 'not_found',
        hint: expect.stringContaining(second.member.id),
      })
    expect(await refused('get_workspace', { workspace: 'wsp_0' })).toMatchObject({ code: 'not_found' })
  })

  test('is not told to others, and needs a name of its own', async () => {
    const { call, member, refused } = await workspace()
    const grace = await member('Grace')
    await call('create_workspace', { name: 'Second' })
    expect(await refused('create_workspace', { name: 'SECOND' })).toMatchObject({ code: 'conflict' })
    expect(await refused('update_workspace', { name: 'second' })).toMatchObject({ code: 'conflict' })
    expect(namesOf((await grace.call('list_workspaces')).workspaces)).toEqual(['Workspace'])
    expect(await refused('get_workspace', { workspace: 'second' }, grace.principal)).toMatchObject({
      code: 'not_found',
    })
  })
})

describe('joining', () => {
  test('with a token of another workspace makes one person of both', async () => {
    const { app, call, refused } = await workspace()
    const { workspace: second } = await call('create_workspace', { name: 'Second' })
    const ada = await localPrincipal(app, 'cli', { member: second.member.id })
    const { code } = await call('invite_member', { name: 'Bob' }, ada)
    const bob = await tokenPrincipal(
      app,
      (await call('join_workspace', { code }, await invitePrincipal(app, code, 'rest'))).secret,
      'rest',
    )
    const { code: back } = await call('invite_member', { name: 'Robert', role: 'viewer' })
    const { member, secret } = await call('join_workspace', { code: back }, bob)
    expect(member).toMatchObject({ name: 'Robert', role: 'viewer' })
    expect(namesOf((await call('list_workspaces', {}, bob)).workspaces)).toEqual(['Workspace', 'Second'])
    const robert = await tokenPrincipal(app, secret, 'rest')
    expect((await call('list_workspaces', {}, robert)).workspaces).toMatchObject([
      { name: 'Workspace', role: 'viewer', current: true },
      { name: 'Second', role: 'member', current: false },
    ])
    const { code: again } = await call('invite_member', { name: 'Rob' })
    expect(await refused('join_workspace', { code: again }, bob)).toMatchObject({ code: 'conflict' })
  })
})

describe('a workspace', () => {
  test('gets another name', async () => {
    const { call, events, member, refused } = await workspace()
    const mia = await member('Mia', 'manager')
    const { workspace: named } = await call('update_workspace', { name: 'Studio' })
    expect(named).toMatchObject({ name: 'Studio', current: true, version: 2 })
    expect(await events()).toEqual(['workspace.updated'])
    expect(await refused('update_workspace', { name: 'Mine', version: 1 })).toMatchObject({
      code: 'version_mismatch',
    })
    expect(await refused('update_settings', { workspace: 'Mine' }, mia.principal)).toMatchObject({
      code: 'forbidden_role',
      details: { required: 'owner' },
    })
    await mia.call('update_settings', { week_start: 'sunday' })
  })

  test('is summed up: who is here, what runs, and the hours of this week', async () => {
    const { call, clock, member } = await workspace({ now: '2026-05-20T09:00', projects: ['Website', 'App'] })
    const grace = await member('Grace')
    await grace.call('log_time', { project: 'website', start: '07:00', end: '08:00' })
    await call('log_time', { project: 'app', date: '2026-05-10', duration: '2h' })
    await grace.call('start_timer', { project: 'app' })
    clock.pass(10)
    await call('update_project', { project: 'website', archived: true })
    expect(await call('get_workspace_summary')).toMatchObject({
      workspace: { name: 'Workspace' },
      members: 2,
      projects: 1,
      week: { seconds: 3600, period: { token: 'this_week' } },
      running: [{ kind: 'timer', member: { name: 'Grace' }, project: { name: 'App' } }],
    })
  })
})

describe('a process that opens the database', () => {
  test('acts as the oldest owner, or as the member that is named', async () => {
    const { app, call, member, principal } = await workspace()
    const grace = await member('Grace', 'owner')
    expect(await localPrincipal(app, 'cli', {})).toMatchObject({ member_id: principal.member_id })
    const named = await localPrincipal(app, 'cli', { member: 'grace' })
    expect(named.member_id).toBe(grace.principal.member_id)
    await expect(localPrincipal(app, 'cli', { member: 'Bob' })).rejects.toMatchObject({ code: 'not_found' })
    await call('remove_member', { member: 'Ada', confirm: true })
    expect(await localPrincipal(app, 'cli', {})).toMatchObject({ member_id: grace.principal.member_id })
    await expect(localPrincipal(app, 'cli', { member: principal.member_id })).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})
