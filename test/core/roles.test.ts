import { describe, expect, test } from 'vitest'
import type { Principal } from '../../src/core/context.ts'
import { AppError } from '../../src/domain/error.ts'
import { isAtLeast, type Role } from '../../src/domain/member.ts'
import { operations } from '../../tools/index.ts'
import { fullOfMoney, inputsFor } from '../support/full-of-money.ts'

/** What is not as a rule: viewers look on, members change what is theirs. */
const needs: Partial<Record<Role, string>> = {
  owner: `update_member remove_member invite_member list_invites revoke_invite create_workspace update_workspace`,
  manager: `update_project save_client update_settings list_events import_entries import_workspace get_profit
    list_rates set_rate delete_rate reprice list_model_prices set_model_price delete_model_price
    draft_invoice preview_invoice list_invoices get_invoice due_invoices update_invoice edit_invoice
    add_invoice_line remove_invoice_line send_invoice pay_invoice void_invoice duplicate_invoice delete_invoice
    get_invoice_pdf get_invoice_html get_invoice_csv get_e_invoice check_e_invoice
    create_webhook list_webhooks get_webhook update_webhook delete_webhook rotate_webhook test_webhook
    list_deliveries retry_delivery`,
  member: 'get_settings list_members get_workspace_summary',
  viewer: 'join_workspace',
}

const leastFor = ({ mutates, name }: { mutates: boolean; name: string }): Role =>
  (['owner', 'manager', 'member', 'viewer'] as const).find(role =>
    needs[role]?.split(/\s+/).includes(name),
  ) ?? (mutates ? 'member' : 'viewer')

describe('a role', () => {
  test.each(['owner', 'manager', 'member', 'viewer'] as const)(
    'may do what is its own, and is told what else it would need: %s',
    async role => {
      const { by, call, ids } = await fullOfMoney()
      const inputs = inputsFor(ids)
      for (const { mutates, name } of operations) {
        const told = await outcome(call(name, inputs[name], by[role]))
        const least = leastFor({ mutates, name })
        if (isAtLeast(role, least)) expect(told, name).not.toMatchObject({ code: 'forbidden_role' })
        else
          expect(told, name).toMatchObject({
            code: 'forbidden_role',
            details: { required: least, role },
            hint: expect.any(String),
          })
      }
    },
    30_000,
  )

  test('is that of the moment of the call', async () => {
    const { by, call } = await fullOfMoney()
    expect(await outcome(call('list_rates', {}, by.member))).toMatchObject({ code: 'forbidden_role' })
    await call('update_member', { member: 'Grace', role: 'manager' })
    expect(await call('list_rates', {}, by.member)).toHaveProperty('rates')
  })

  test('of a viewer keeps the spool for somebody who may write', async () => {
    const { by, call, logged } = await fullOfMoney()
    expect(await call('list_projects', {}, by.viewer)).toHaveProperty('projects')
    expect(logged).toEqual([])
  })
})

describe('members', () => {
  test('never write what is another member’s', async () => {
    const { by, ids, refused } = await fullOfMoney()
    for (const [name, input] of [
      ['edit_entry', { entry: ids.entry, description: 'mine' }],
      ['delete_entry', { entry: ids.entry }],
      ['split_entry', { entry: ids.entry, duration: '10m' }],
      ['merge_entries', { entries: [ids.entry, ids.own] }],
      ['acknowledge_overlap', { entry: ids.entry, other: ids.second }],
      ['edit_expense', { expense: ids.expense, description: 'mine' }],
      ['delete_expense', { expense: ids.expense }],
    ] as const)
      expect(await refused(name, input, by.member), name).toMatchObject({
        code: 'forbidden_role',
        details: { required: 'manager', role: 'member' },
      })
  })

  test('read the hours of others, as long as the workspace lets them', async () => {
    const { by, call, ids, refused } = await fullOfMoney()
    const names = async () => {
      const { entries } = await call('list_entries', {}, by.member)
      return new Set(entries.map((one: { member: { name: string } }) => one.member.name))
    }
    const rows = async (group_by: string) =>
      (await call('get_report', { period: 'all_time', group_by }, by.member)).rows.map(
        (one: { name: string }) => one.name,
      )
    expect(await names()).toEqual(new Set(['Ada', 'Grace']))
    expect(await rows('member')).toEqual(expect.arrayContaining(['Ada', 'Grace']))
    await call('get_team_summary', {}, by.member)

    await call('update_settings', { members_see_team: false })
    expect(await names()).toEqual(new Set(['Grace']))
    expect(await rows('member')).toEqual(['Grace'])
    expect(await rows('project')).toEqual(['Website'])
    const { rows: used } = await call('get_utilization', {}, by.member)
    expect(used.map((one: { name: string }) => one.name)).toEqual(['Grace'])
    expect((await call('list_tags', {}, by.member)).tags).toEqual([])
    expect((await call('get_project', { project: 'website' }, by.member)).project.total_seconds).toBe(7200)
    for (const name of ['get_team_summary', 'get_workspace_summary'])
      expect(await refused(name, {}, by.member)).toMatchObject({ code: 'forbidden_role' })
    for (const [name, input] of [
      ['get_entry', { entry: ids.entry }],
      ['edit_entry', { entry: ids.entry, description: 'x' }],
      ['list_entries', { member: 'Ada' }],
      ['list_overlaps', { member: 'Ada' }],
      ['get_expense', { expense: ids.expense }],
    ] as const)
      expect(await refused(name, input, by.member), name).toMatchObject({ code: 'not_found' })
    const seen = JSON.stringify(await call('list_expenses', {}, by.member))
    expect(seen).not.toContain('Ada')
    expect((await call('list_entries', { member: 'Grace' }, by.manager)).entries).not.toEqual([])
  })
})

/** What nobody may learn who is kept away from Globex and its Shop. */
const secrets = ['Shop', 'Globex', 'Shelves', 'hidden', '/src/shop']

describe('whoever is kept to some projects', () => {
  async function kept(role: 'member' | 'viewer') {
    const given = await fullOfMoney()
    if (role === 'member') await given.call('update_member', { member: 'Grace', projects: ['website'] })
    return { ...given, me: given.by[role] }
  }

  test.each(['member', 'viewer'] as const)(
    'learns nothing of others from any operation: %s',
    async role => {
      const { call, ids, me } = await kept(role)
      const inputs = inputsFor(ids)
      for (const { name } of operations)
        expect(JSON.stringify(await outcome(call(name, inputs[name], me))), name).not.toMatch(
          new RegExp(secrets.join('|')),
        )
    },
    30_000,
  )

  test.each(['member', 'viewer'] as const)(
    'finds them neither by name nor by id, and they are not even proposed: %s',
    async role => {
      const { ids, me, refused } = await kept(role)
      const asked: [string, object][] = [
        ...['shop', 'sho', 'globex shop', 'shopp', ids.shop].flatMap((project): [string, object][] => [
          ['get_project', { project }],
          ['get_budget', { project }],
          ['list_entries', { project }],
          ['list_tasks', { project }],
          ['get_report', { project }],
        ]),
        ...['globex', 'glob', 'globexx'].map((client): [string, object] => ['list_entries', { client }]),
        ['get_client', { client: 'globex' }],
        ['get_report', { client: 'globex' }],
        ['get_entry', { entry: ids.there }],
        ['suggest_description', { entry: ids.there }],
        ['get_expense', { expense: ids.shops }],
        ['list_entries', { task: 'shelves' }],
      ]
      for (const [name, input] of asked) {
        const told = await refused(name, input, me)
        expect(told, `${name} ${JSON.stringify(input)}`).toMatchObject({ code: 'not_found' })
        expect(JSON.stringify(told.details ?? {})).not.toMatch(/Shop|Globex|Shelves/)
      }
    },
  )

  test('writes nothing there, and makes no projects of their own', async () => {
    const { ids, me, refused } = await kept('member')
    for (const [name, input, code] of [
      ['start_timer', { project: 'shop' }, 'not_found'],
      ['log_time', { project: ids.shop, duration: '1h' }, 'not_found'],
      ['update_timer', { move_to: 'shop' }, 'not_found'],
      ['edit_entry', { entry: ids.own, project: 'shop' }, 'not_found'],
      ['create_task', { project: 'shop', name: 'X' }, 'not_found'],
      ['log_expense', { client: 'globex', amount: '5' }, 'not_found'],
      ['map_directory', { directory: '/src/x', project: 'shop' }, 'not_found'],
      ['map_directory', { directory: '/src/shop', project: 'website' }, 'conflict'],
      ['map_directory', { directory: '/src/shop' }, 'conflict'],
      ['log_time', { project: 'Brand new', duration: '1h', auto_create: true }, 'forbidden_role'],
      ['create_project', { name: 'Brand new' }, 'forbidden_role'],
    ] as const)
      expect(await refused(name, input, me), `${name} ${JSON.stringify(input)}`).toMatchObject({ code })
  })

  test('keeps time of other folders on a project of their own', async () => {
    const { call, me, rows } = await kept('member')
    const session = { host: 'codex', directory: '/src/shop', attended: true }
    for (const id of ['a', 'b'])
      await call(
        'take_in_signals',
        {
          signals: [
            { ...session, host_session: id, kind: 'prompt', at: '2026-05-20T14:00:00Z' },
            { ...session, host_session: id, kind: 'end', at: '2026-05-20T14:05:00Z' },
          ],
        },
        me,
      )
    const { projects } = await call('list_projects', {}, me)
    expect(projects.map((one: { name: string }) => one.name)).toEqual(['Unsorted (Grace)', 'Website'])
    expect(rows('projects').filter(one => one.name.startsWith('Unsorted'))).toHaveLength(1)
    const found = await call('locate_project', { directory: '/src/shop' }, me)
    expect(found).toMatchObject({ name: 'Unsorted (Grace)', how: 'unsorted' })
  })

  test('is free again when the list is empty', async () => {
    const { call, me } = await kept('member')
    expect((await call('list_projects', {}, me)).projects).toHaveLength(1)
    await call('update_member', { member: 'Grace', projects: [] })
    expect((await call('list_projects', {}, me)).projects).toHaveLength(3)
  })

  test('as a viewer reads nothing until something is granted', async () => {
    const { call, me, member } = await kept('viewer')
    const names = async (by: Principal) =>
      (await call('list_projects', {}, by)).projects.map((one: { name: string }) => one.name)
    const blind = await member('Ben', 'viewer')
    expect(await names(blind.principal)).toEqual([])
    expect((await blind.call('list_entries')).entries).toEqual([])
    expect((await blind.call('get_report', { period: 'all_time' })).totals.seconds).toBe(0)
    expect(await names(me)).toEqual(['App', 'Website'])
    await call('update_member', { member: 'Vic', projects: ['app'] })
    expect(await names(me)).toEqual(['App'])
  })
})

const outcome = (asked: Promise<unknown>): Promise<unknown> =>
  asked.catch((error: unknown) => {
    if (error instanceof AppError && error.code !== 'internal') return error.toJSON()
    throw error
  })
