import { describe, expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

describe('a client', () => {
  test('is made, changed and cleared with one operation', async () => {
    const { call, events } = await workspace()
    const made = await call('save_client', {
      name: ' Globex ',
      currency: 'usd',
      company: 'Globex Corp',
      email: 'a@globex.example',
    })
    expect(made).toMatchObject({
      created: true,
      client: {
        name: 'Globex',
        currency: 'USD',
        company: 'Globex Corp',
        email: 'a@globex.example',
        version: 1,
      },
    })
    const changed = await call('save_client', {
      client: 'globex',
      name: 'Globex Inc',
      currency: '',
      company: '',
      email: '',
    })
    expect(changed).not.toHaveProperty('created')
    expect(changed.client).toMatchObject({ id: made.client.id, name: 'Globex Inc', version: 2 })
    for (const field of ['currency', 'company', 'email']) expect(changed.client).not.toHaveProperty(field)
    expect(await events()).toEqual(['client.created', 'client.updated'])
  })

  test('has a name of its own, however it is written', async () => {
    const { call, refused } = await workspace()
    await call('save_client', { name: 'Café Müller' })
    await call('save_client', { name: 'Other' })
    expect(await refused('save_client', { name: 'CAFE-muller' })).toMatchObject({ code: 'conflict' })
    expect(await refused('save_client', { client: 'Other', name: 'cafe muller' })).toMatchObject({
      code: 'conflict',
    })
    expect((await call('save_client', { client: 'cafe muller', name: 'CAFÉ MÜLLER' })).client.name).toBe(
      'CAFÉ MÜLLER',
    )
  })

  test('is put away and taken back', async () => {
    const { call, refused } = await workspace()
    await call('save_client', { name: 'Globex' })
    await call('save_client', { client: 'Globex', archived: true })
    expect((await call('list_clients')).clients).toEqual([])
    expect((await call('list_clients', { archived: true })).clients).toMatchObject([{ name: 'Globex' }])
    expect(await refused('save_client', { name: 'globex' })).toMatchObject({
      code: 'conflict',
      hint: expect.stringContaining('archived'),
    })
    expect((await call('save_client', { client: 'Globex', archived: false })).client).not.toHaveProperty(
      'archived_at',
    )
  })

  test('is found by name, prefix and id, and asked for when several fit', async () => {
    const { call, refused } = await workspace()
    const { client } = await call('save_client', { name: 'Initech North' })
    await call('save_client', { name: 'Initech South' })
    expect((await call('get_client', { client: client.id })).client.name).toBe('Initech North')
    expect((await call('get_client', { client: 'init north' })).client.name).toBe('Initech North')
    expect(await refused('get_client', { client: 'initech' })).toMatchObject({
      code: 'disambiguate',
      details: { count: 2 },
    })
    expect(await refused('save_client', { client: 'initech', company: 'x' })).toMatchObject({
      code: 'disambiguate',
    })
    expect(await refused('get_client', { client: 'Umbrella' })).toMatchObject({ code: 'not_found' })
    expect(await refused('get_client', { client: `cli_${'0'.repeat(20)}` })).toMatchObject({
      code: 'not_found',
    })
  })

  test('demands the version that was seen', async () => {
    const { call, refused } = await workspace()
    await call('save_client', { name: 'Globex' })
    await call('save_client', { client: 'Globex', company: 'x', version: 1 })
    expect(await refused('save_client', { client: 'Globex', company: 'y', version: 1 })).toMatchObject({
      code: 'version_mismatch',
    })
  })

  test.each([
    [{}, 'validation_error'],
    [{ name: '' }, 'validation_error'],
    [{ name: 'x'.repeat(10_000) }, 'validation_error'],
    [{ name: 'a\u200bb' }, 'validation_error'],
    [{ name: 'Globex', currency: 'XXQ' }, 'validation_error'],
    [{ name: 'Globex', vat: '1' }, 'validation_error'],
  ])('refuses %o', async (asked, code) => {
    const { refused } = await workspace()
    expect(await refused('save_client', asked)).toMatchObject({ code })
  })

  test('comes page by page, by name, both ways', async () => {
    const { call } = await workspace()
    for (const name of ['b', 'C', 'a', 'ä b']) await call('save_client', { name })
    const all = async (sort: string): Promise<string[]> => {
      const names: string[] = []
      let cursor: string | undefined
      do {
        const page = await call('list_clients', { sort, limit: 1, cursor })
        names.push(...page.clients.map((one: { name: string }) => one.name))
        cursor = page.next_cursor ?? undefined
      } while (cursor !== undefined)
      return names
    }
    expect(await all('name')).toEqual(['a', 'ä b', 'b', 'C'])
    expect(await all('-name')).toEqual(['C', 'b', 'ä b', 'a'])
    expect((await call('list_clients', { search: 'A' })).clients).toHaveLength(2)
  })
})
