import fc from 'fast-check'
import { expect, test } from 'vitest'
import { partsOf, valueIn } from '../../src/imports/document.ts'

async function read(text: string, cuts: readonly number[] = []): Promise<Record<string, unknown>> {
  async function* chunks(): AsyncGenerator<string> {
    let from = 0
    for (const cut of [...cuts.map(one => one % (text.length + 1)), text.length].toSorted((a, b) => a - b)) {
      yield text.slice(from, cut)
      from = cut
    }
  }
  const lists = new Map<string, unknown[]>()
  for await (const part of partsOf(chunks()))
    lists.set(part.key, [...(lists.get(part.key) ?? []), valueIn(part)])
  return Object.fromEntries(lists)
}

test('a document is cut into its values and the things in its lists', async () => {
  const text =
    '{\n"stint": 1, "a": {"b": [1, {"c": "]"}]},\n"list": [\n{"x": "say \\"{[\\""},\n[2], 3 ],"none":[] }\n'
  expect(await read(text)).toEqual({
    stint: [1],
    a: [{ b: [1, { c: ']' }] }],
    list: [{ x: 'say "{["' }, [2], 3],
  })
})

test('it makes no difference how it is broken into lines and chunks', async () => {
  const value = fc.dictionary(fc.string({ minLength: 1 }), fc.array(fc.jsonValue(), { minLength: 1 }), {
    noNullPrototype: true,
  })
  await fc.assert(
    fc.asyncProperty(
      value,
      fc.boolean(),
      fc.array(fc.nat(), { maxLength: 5 }),
      async (document, wide, cuts) => {
        const text = JSON.stringify(document, null, wide ? 2 : 0)
        expect(await read(text, cuts)).toEqual(JSON.parse(text))
      },
    ),
  )
})

test.each(['', '{"stint": 1', '{"stint": 1, "clients": [{"name": "Acme"}', '[1]'])(
  '%j is not whole',
  async text => {
    await expect(read(text)).rejects.toMatchObject({ code: 'malformed' })
  },
)
