import { inflateSync } from 'node:zlib'

/** What a reader finds in the file: the texts of each page, in the order in which they were drawn. */
export function pagesOf(pdf: Uint8Array): string[][] {
  const objects = objectsOf(pdf)
  return [...objects.values()].filter(isPage).map(({ head }) => {
    const resources = objects.get(refOf(head, 'Resources'))?.head ?? ''
    const fonts = new Map(
      [...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name = '', id]) => [
        name,
        signsOf(Number(id), objects),
      ]),
    )
    return textsOf(objects.get(refOf(head, 'Contents'))?.body ?? '', fonts)
  })
}

/** What the file says beside its pages. */
export const outsideOf = (pdf: Uint8Array): string =>
  [...objectsOf(pdf).values()].map(({ head, body }) => (isText(body) ? head + body : head)).join('\n')

export const attachmentOf = (pdf: Uint8Array): string | undefined =>
  [...objectsOf(pdf).values()].find(({ head }) => head.includes('/EmbeddedFile\n'))?.body

interface PdfObject {
  head: string
  body: string
}

function objectsOf(pdf: Uint8Array): Map<number, PdfObject> {
  const text = Buffer.from(pdf).toString('latin1')
  const objects = new Map<number, PdfObject>()
  const start = /(?:^|\n)(\d+) 0 obj\n(.*?)\n(endobj|stream)/gs
  for (let found = start.exec(text); found; found = start.exec(text)) {
    const [, id, head = '', end] = found
    // what stands in a stream may look like anything
    const from = start.lastIndex + 1
    const length = end === 'stream' ? Number(/\/Length (\d+)/.exec(head)?.[1]) : 0
    const bytes = Buffer.from(text.slice(from, from + length), 'latin1')
    const body = head.includes('/FlateDecode') ? inflateSync(bytes) : bytes
    objects.set(Number(id), { head, body: body.toString('latin1') })
    if (end === 'stream') start.lastIndex = from + length
  }
  return objects
}

const isPage = ({ head }: PdfObject) => /\/Type \/Page\n/.test(head)
const isText = (body: string) => body.startsWith('<?xpacket')
const refOf = (head: string, name: string) => Number(new RegExp(`/${name} (\\d+) 0 R`).exec(head)?.[1])

/** The letters of a typeface by their number in this file. */
function signsOf(font: number, objects: Map<number, PdfObject>): string[] {
  const map = objects.get(refOf(objects.get(font)?.head ?? '', 'ToUnicode'))?.body ?? ''
  const lists = [...map.matchAll(/\[(.*?)\]/gs)].flatMap(([, list = '']) => [
    ...list.matchAll(/<([0-9a-f ]*)>/g),
  ])
  return lists.map(([, units = '']) =>
    String.fromCharCode(...units.split(' ').map(unit => Number.parseInt(unit, 16))),
  )
}

function textsOf(content: string, fonts: Map<string, string[]>): string[] {
  return [...content.matchAll(/BT\n(.*?)ET/gs)].map(([, block = '']) => {
    const signs = fonts.get(/\/(F\d+) /.exec(block)?.[1] ?? '') ?? []
    const shown = [...block.matchAll(/<([0-9a-f]+)>/g)].map(([, codes = '']) => codes).join('')
    return [...shown.matchAll(/.{4}/g)].map(([code]) => signs[Number.parseInt(code, 16)] ?? '?').join('')
  })
}
