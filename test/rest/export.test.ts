import { describe, expect, test } from 'vitest'
import { server } from '../support/server.ts'

describe('entries as CSV', () => {
  const given = async () => {
    const workplace = await server()
    const { call } = workplace
    await call('save_client', { name: 'Acme', currency: 'EUR', hourly_rate: '90' })
    await call('create_project', { name: 'Shop', client: 'Acme' })
    await call('create_project', { name: 'Internal' })
    await call('log_time', { project: 'Shop', date: '2026-05-18', duration: '1h', description: 'say "hi"' })
    await call('log_time', { project: 'Internal', date: '2026-05-19', duration: '30m', description: '=1+1' })
    return workplace
  }

  test('come as a file, oldest first', async () => {
    const { logged, send } = await given()
    const { headers, status, text } = await send('GET /v1/export/entries.csv')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(headers.get('content-disposition')).toBe('attachment; filename="entries.csv"')
    const [titles, first, second, ...rest] = text.split('\r\n')
    expect(titles).toBe(
      'id,start,end,date,seconds,active_seconds,agent_seconds,billable_seconds,client,project,task,member,description,tags,billable,kind,hourly_rate,agent_rate,currency,amount,invoice',
    )
    expect(first).toContain(
      ',2026-05-18,3600,3600,0,3600,Acme,Shop,,Ada,"say ""hi""",,true,manual,90.00,,EUR,90.00,',
    )
    expect(second).toContain(`"'=1+1"`)
    expect(rest).toEqual([''])
    const head = await send('HEAD /v1/export/entries.csv')
    expect([head.status, head.text]).toEqual([200, ''])
    expect(logged).toEqual([])
  })

  test('are those that were asked for', async () => {
    const { send } = await given()
    const lines = async (query: string): Promise<number> =>
      (await send(`GET /v1/export/entries.csv?${query}`)).text.split('\r\n').length - 2
    expect(await lines('project=shop')).toBe(1)
    expect(await lines('billable=false')).toBe(1)
    expect(await lines('period=2026-05-19')).toBe(1)
    expect(await lines('period=2025')).toBe(0)
    expect((await send('GET /v1/export/entries.csv?colour=red')).body.error).toMatchObject({
      code: 'validation_error',
    })
    expect((await send('GET /v1/export/entries.csv?period=someday')).body.error).toMatchObject({
      code: 'invalid_period',
    })
    expect((await send('GET /v1/export/entries.csv?project=moon')).status).toBe(404)
    expect((await send('GET /v1/export/entries.csv', { token: null })).status).toBe(401)
  })

  test('tell members of no money, and of what they are not kept to nothing', async () => {
    const { call, member, send } = await given()
    await member('Grace')
    await call('update_member', { member: 'Grace', projects: ['Shop'] })
    const { secret: token } = await call('create_token', { name: 'Hers', member: 'Grace' })
    const { text } = await send('GET /v1/export/entries.csv', { token })
    expect(text.split('\r\n')).toHaveLength(3)
    expect(text).toContain('Shop')
    for (const word of ['90.00', 'EUR', 'rate', 'amount', 'Internal']) expect(text).not.toContain(word)
  })

  test('come whole however many there are, also to one who reads slowly', async () => {
    const { call, origin, owner, send } = await given()
    for (let number = 0; number < 1100; number++)
      await call('log_time', { project: 'Internal', date: '2026-05-12', duration: 1 })
    const response = await fetch(`${origin}/api/v1/export/entries.csv`, {
      headers: { authorization: `Bearer ${owner}` },
    })
    const reader = response.body?.getReader()
    let text = ''
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
      if (done) break
      text += Buffer.from(value ?? []).toString()
      expect((await send('GET /v1/me')).status).toBe(200)
    }
    const ids = text
      .split('\r\n')
      .slice(1, -1)
      .map(line => line.split(',')[0])
    expect([ids.length, new Set(ids).size]).toEqual([1102, 1102])
  })
})
