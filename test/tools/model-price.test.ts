import { describe, expect, test } from 'vitest'
import { workspace } from '../support/workspace.ts'

const opus = { model: 'claude-opus-4*', input: 15, output: '75' }

describe('what a model costs', () => {
  test('is set for all time first, from a day on later, and listed', async () => {
    const { call, clock, events } = await workspace()
    const { model_price } = await call('set_model_price', { ...opus, currency: 'usd', cache_read: '1.5' })
    expect(model_price).toEqual({
      model: 'claude-opus-4*',
      currency: 'USD',
      input: '15.00',
      output: '75.00',
      cache_read: '1.50',
    })
    clock.set('2026-06-01T09:00')
    await call('set_model_price', { ...opus, currency: 'USD', input: '12' })
    await call('set_model_price', { ...opus, currency: 'USD', input: '0.075', effective_from: '2027-01-01' })
    await call('set_model_price', { ...opus, currency: 'EUR' })
    const { model_prices } = await call('list_model_prices')
    expect(
      model_prices.map((one: Record<string, string>) => [one.currency, one.effective_from, one.input]),
    ).toEqual([
      ['EUR', undefined, '15.00'],
      ['USD', undefined, '15.00'],
      ['USD', '2026-06-01', '12.00'],
      ['USD', '2027-01-01', '0.075'],
    ])
    expect(await events()).toEqual(Array(4).fill('model_price.set'))
  })

  test('is replaced on the very same day, and in the currency of the workspace', async () => {
    const { call } = await workspace()
    await call('update_settings', { currency: 'CHF' })
    for (const input of ['1', '2', '3']) await call('set_model_price', { model: 'GPT-5', input, output: '4' })
    expect((await call('list_model_prices')).model_prices).toMatchObject([
      { model: 'gpt-5', currency: 'CHF', input: '1.00' },
      { model: 'gpt-5', effective_from: '2026-05-20', input: '3.00' },
    ])
  })

  test('is taken back: all of it, of one currency or of one day', async () => {
    const { call, events, refused } = await workspace()
    for (const more of [
      { currency: 'USD' },
      { currency: 'EUR' },
      { currency: 'EUR', effective_from: '2026-01-01' },
    ])
      await call('set_model_price', { ...opus, ...more })
    await events()
    const gone = (input: object) => call('delete_model_price', { model: opus.model, confirm: true, ...input })
    expect((await gone({ effective_from: '2026-01-01' })).model_prices).toMatchObject([{ currency: 'EUR' }])
    expect((await gone({ currency: 'USD' })).model_prices).toMatchObject([{ currency: 'USD' }])
    expect((await gone({})).model_prices).toMatchObject([{ currency: 'EUR' }])
    expect(await events()).toEqual(Array(3).fill('model_price.deleted'))
    expect(await refused('delete_model_price', { model: opus.model, confirm: true })).toMatchObject({
      code: 'not_found',
    })
  })

  test.each([
    { model: 'a', output: '1' },
    { model: 'a', input: '1' },
    { model: 'a', input: '-1', output: '1' },
    { model: 'a', input: '1', output: '1.0000001' },
    { model: 'a', input: '1', output: '1', cache_read: 'half' },
    { model: 'a', input: '1e9', output: '1' },
    { model: 'a*b', input: '1', output: '1' },
    { model: '', input: '1', output: '1' },
    { model: 'a', input: '1', output: '1', currency: 'XXQ' },
    { model: 'a', input: '1', output: '1', effective_from: 'soon' },
  ])('is refused: %j', async input => {
    const { refused } = await workspace()
    expect(await refused('set_model_price', input)).toMatchObject({ code: 'validation_error' })
  })
})
