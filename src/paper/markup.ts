/** Text of HTML. Only the tag below makes one, so whatever else is put into it is escaped. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Part = string | Markup | undefined | readonly Part[]

/** `markup\`<td>${anything}</td>\`` */
export const markup = (pieces: TemplateStringsArray, ...parts: Part[]): Markup =>
  new Markup(pieces.map((piece, index) => piece + written(parts[index])).join(''))

function written(part: Part): string {
  if (part === undefined) return ''
  if (part instanceof Markup) return part.text
  if (typeof part === 'string') return readable(part).replace(/[&<>"'`]/g, sign => `&#${sign.charCodeAt(0)};`)
  return part.map(written).join('')
}

/** Without what nobody sees but what may turn the order of the rest around: control characters, overrides of direction. */
export const readable = (text: string): string =>
  text
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/\t/g, ' ')
    .replace(/(?!\n)\p{Control}|[\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/gu, '')
    .replace(/\p{Surrogate}/gu, '\ufffd')
