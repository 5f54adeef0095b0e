import { describe, expect, test } from 'vitest'
import { type Client, clients } from './client.ts'
import { type Json, newHome } from './host.ts'

const textOf = (result: Json): string => result.content[0].text

describe.each(clients)('%s', (_, connect) => {
  test('finds the tools, always in the same order', async () => {
    const client = await connect(newHome())
    const { tools } = await client.listTools()
    expect(tools.map((one: Json) => one.name).slice(0, 3)).toEqual([
      'start_timer',
      'stop_timer',
      'pause_timer',
    ])
    expect(await client.listTools()).toEqual({ ...(await client.listTools()), tools })
  })

  test('starts and stops a timer; text and data are both complete', async () => {
    const client = await connect(newHome())
    const started = await client.callTool({
      name: 'start_timer',
      arguments: { project: 'Acme', auto_create: true },
    })
    expect(started.structuredContent).toMatchObject({
      timer: { project: { name: 'Acme' }, state: 'running' },
    })
    expect(JSON.parse(textOf(started))).toEqual(started.structuredContent)
    const shown = await client.callTool({ name: 'status', arguments: {} })
    expect(JSON.parse(textOf(shown))).toEqual(shown.structuredContent)
    const stopped = await client.callTool({ name: 'stop_timer', arguments: {} })
    expect(stopped.structuredContent.timer.state).toBe('ended')
  })

  test('is told what is wrong, with what to do and what is known', async () => {
    const client = await connect(newHome())
    await client.callTool({ name: 'create_project', arguments: { name: 'Acme Web' } })
    await client.callTool({ name: 'create_project', arguments: { name: 'Acme App' } })
    const several = await client.callTool({ name: 'start_timer', arguments: { project: 'acme' } })
    expect(several.isError).toBe(true)
    expect(several.structuredContent.error).toMatchObject({ code: 'disambiguate', details: { count: 2 } })
    expect(textOf(several)).toContain('disambiguate: ')
    expect(textOf(several)).toContain('Acme App')
    const typo = await client.callTool({ name: 'start_timer', arguments: { projet: 'acme' } })
    expect(typo.structuredContent.error).toMatchObject({ code: 'validation_error' })
    expect(textOf(typo)).toContain('projet: unknown field. Known fields: ')
    expect(textOf(typo)).toContain('Known fields: project,')
  })

  test('reads what runs and a project as resources, by id or name', async () => {
    const client = await connect(newHome())
    const made = await client.callTool({ name: 'create_project', arguments: { name: 'Café & Söhne' } })
    const { id } = made.structuredContent.project
    expect((await client.listResources()).resources.map((one: Json) => one.uri)).toContain('stint://status')
    const templates = (await client.listResourceTemplates()).resourceTemplates
    expect(templates.map((one: Json) => one.uriTemplate)).toContain('stint://project/{id}')
    for (const place of [id, encodeURIComponent('Café & Söhne')]) {
      const { contents } = await client.readResource({ uri: `stint://project/${place}` })
      expect(contents).toMatchObject([{ mimeType: 'application/json' }])
      expect(JSON.parse(contents[0].text)).toMatchObject({ project: { id, name: 'Café & Söhne' } })
    }
    const status = await client.readResource({ uri: 'stint://status' })
    expect(JSON.parse(status.contents[0].text)).toMatchObject({ timers: [] })
    await expect(client.readResource({ uri: 'stint://project/nobody' })).rejects.toThrow('nobody')
    await expect(client.readResource({ uri: 'stint://moon' })).rejects.toThrow()
  })

  test('completes a project from its name, and a week from its first letters', async () => {
    const client = await connect(newHome())
    const { structuredContent } = await client.callTool({
      name: 'create_project',
      arguments: { name: 'Acme' },
    })
    await client.callTool({ name: 'create_project', arguments: { name: 'Globex' } })
    await client.callTool({ name: 'save_client', arguments: { name: 'Acme Corp' } })
    const ids = async (value: string) => {
      const ref = { type: 'ref/resource', uri: 'stint://project/{id}' }
      return (await client.complete({ ref, argument: { name: 'id', value } })).completion.values
    }
    expect(await ids('acm')).toEqual([structuredContent.project.id])
    expect(await ids('')).toHaveLength(2)
    expect(await ids(structuredContent.project.id.slice(0, 6))).toContain(structuredContent.project.id)
    const ref = { type: 'ref/prompt', name: 'weekly_review' }
    const week = await client.complete({ ref, argument: { name: 'week', value: 'last' } })
    expect(week.completion.values).toEqual(['last_week'])
    const whose = await client.complete({ ref, argument: { name: 'client', value: 'ac' } })
    expect(whose.completion.values).toEqual(['Acme Corp'])
    for (const name of ['constructor', 'toString', '__proto__']) {
      const none = await client.complete({ ref, argument: { name, value: '' } })
      expect(none.completion.values, name).toEqual([])
    }
    const unknown = { type: 'ref/resource', uri: 'stint://moon/{id}' }
    const phase = client.complete({ ref: unknown, argument: { name: 'id', value: 'f' } })
    await expect(phase).rejects.toThrow('stint://moon/{id}')
  })

  test('shows an invoice by its number, and offers numbers', async () => {
    const client = await connect(newHome())
    const ask = async (name: string, input: object): Promise<Json> =>
      (await client.callTool({ name, arguments: { ...input } })).structuredContent
    await ask('save_client', { name: 'Acme', currency: 'EUR', hourly_rate: '100' })
    await ask('create_project', { name: 'Web', client: 'Acme' })
    await ask('log_time', { project: 'Web', duration: '90m' })
    const { invoice } = await ask('draft_invoice', { client: 'Acme', period: 'this_month' })
    const sent = await ask('update_invoice', {
      invoice: invoice.id,
      action: 'send',
      expected_total: invoice.total,
    })
    const { number } = sent.invoice
    const { contents } = await client.readResource({ uri: `stint://invoice/${number}` })
    expect(JSON.parse(contents[0].text).invoice).toMatchObject({ number, total: '150.00', status: 'sent' })
    const { completion } = await client.complete({
      ref: { type: 'ref/resource', uri: 'stint://invoice/{id}' },
      argument: { name: 'id', value: number.slice(0, 4) },
    })
    expect(completion.values).toEqual([invoice.id])
  })

  test('offers prompts', async () => {
    const client = await connect(newHome())
    const { prompts } = await client.listPrompts()
    expect(prompts.map((one: Json) => one.name)).toEqual(['end_of_day', 'weekly_review', 'invoice_month'])
    const filled = await client.getPrompt({
      name: 'weekly_review',
      arguments: { week: '2026-W23', client: 'A "B"' },
    })
    expect(filled.messages[0].content.text).toContain('period "2026-W23"')
    expect(filled.messages[0].content.text).toContain('client "A \\"B\\""')
    await expect(client.getPrompt({ name: 'no_such_prompt' })).rejects.toThrow()
    await expect(client.getPrompt({ name: 'end_of_day', arguments: { weather: 'fine' } })).rejects.toThrow(
      'weather',
    )
    const withoutClient: Record<string, string>[] = [{}, { client: '' }, { month: '2026-05' }]
    for (const values of withoutClient)
      await expect(client.getPrompt({ name: 'invoice_month', arguments: values })).rejects.toThrow(
        'invoice_month needs client',
      )
  })

  describe('when something would be deleted', () => {
    test('is asked first, and yes is enough', async () => {
      const asked: string[] = []
      const client = await connect(newHome(), { answer: 'yes', asked })
      const entry = await logged(client)
      const deleted = await client.callTool({ name: 'delete_entry', arguments: { entry } })
      expect(asked).toEqual([expect.stringContaining(`Delete entry ${entry}?\n`)])
      expect(asked[0]).toContain('Acme')
      expect(deleted.structuredContent).toMatchObject({ entry: { id: entry } })
      expect(await entries(client)).toEqual([])
    })

    test.each(['no', 'decline', 'cancel'] as const)(
      '%s keeps it, and the way to do it anyway is told',
      async answer => {
        const client = await connect(newHome(), { answer })
        const entry = await logged(client)
        const kept = await client.callTool({ name: 'delete_entry', arguments: { entry } })
        expect(kept.isError).toBe(true)
        expect(kept.structuredContent.error.code).toBe('confirmation_required')
        expect(textOf(kept)).toContain('nothing was changed')
        expect(textOf(kept)).toContain('stint entry delete <entry>')
        expect(await entries(client)).toEqual([entry])
      },
    )

    test('a host that cannot ask is told to ask in its own way', async () => {
      const client = await connect(newHome())
      const entry = await logged(client)
      const kept = await client.callTool({ name: 'delete_entry', arguments: { entry } })
      expect(kept.structuredContent.error).toMatchObject({ code: 'confirmation_required' })
      expect(textOf(kept)).toContain('confirm: true')
      expect(await entries(client)).toEqual([entry])
      await client.callTool({ name: 'delete_entry', arguments: { entry, confirm: true } })
      expect(await entries(client)).toEqual([])
    })

    test('confirm: true is not asked again', async () => {
      const asked: string[] = []
      const client = await connect(newHome(), { answer: 'decline', asked })
      const entry = await logged(client)
      await client.callTool({ name: 'delete_entry', arguments: { entry, confirm: true } })
      expect(asked).toEqual([])
      expect(await entries(client)).toEqual([])
    })

    test('is not asked about what is not there', async () => {
      const asked: string[] = []
      const client = await connect(newHome(), { answer: 'yes', asked })
      const missed = await client.callTool({ name: 'delete_entry', arguments: { entry: 'ent_nowhere' } })
      expect(missed.structuredContent.error.code).toBe('not_found')
      expect(asked).toEqual([])
    })

    test('a timer is changed without a question, and thrown away with one', async () => {
      const asked: string[] = []
      const client = await connect(newHome(), { answer: 'decline', asked })
      await client.callTool({ name: 'start_timer', arguments: { project: 'Acme', auto_create: true } })
      await client.callTool({ name: 'update_timer', arguments: { description: 'Login' } })
      expect(asked).toEqual([])
      await client.callTool({ name: 'update_timer', arguments: { action: 'discard' } })
      expect(asked).toHaveLength(1)
    })
  })

  test('gets long lists in pages that it can hold, unless it asks for more', async () => {
    const client = await connect(newHome())
    await client.callTool({ name: 'create_project', arguments: { name: 'Acme' } })
    const description = 'What was done '.repeat(40)
    for (let day = 1; day <= 25; day++) {
      const date = `2024-01-${String(day).padStart(2, '0')}`
      await client.callTool({
        name: 'log_time',
        arguments: { project: 'Acme', date, duration: '1h', description },
      })
    }
    const seen: string[] = []
    let cursor: string | null | undefined
    for (let pages = 0; cursor !== null; pages++) {
      expect(pages).toBeLessThan(10)
      const page = await client.callTool({ name: 'list_entries', arguments: { ...(cursor && { cursor }) } })
      expect(Buffer.byteLength(textOf(page))).toBeLessThanOrEqual(8192)
      seen.push(...page.structuredContent.entries.map((one: Json) => one.date))
      cursor = page.structuredContent.next_cursor
    }
    expect(seen).toHaveLength(25)
    expect(seen.toSorted().toReversed()).toEqual(seen)
    const whole = await client.callTool({ name: 'list_entries', arguments: { limit: 25 } })
    expect(whole.structuredContent.entries).toHaveLength(25)
    const report = await client.callTool({
      name: 'get_report',
      arguments: { period: '2024-01', group_by: 'day' },
    })
    expect(Buffer.byteLength(textOf(report))).toBeLessThanOrEqual(8192)
  })
})

async function logged(client: Client): Promise<string> {
  const input = { project: 'Acme', auto_create: true, date: '2024-01-05', duration: '1h' }
  return (await client.callTool({ name: 'log_time', arguments: input })).structuredContent.entry.id
}

async function entries(client: Client): Promise<string[]> {
  const { structuredContent } = await client.callTool({ name: 'list_entries', arguments: {} })
  return structuredContent.entries.map((one: Json) => one.id)
}
