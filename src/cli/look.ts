/** How text goes onto a terminal, or into a file. */
export interface Look {
  /** How wide the terminal is; undefined: nothing is cut. */
  columns: number | undefined
  paint: Paint
  /** How many cells of a terminal a text takes: a sign of Chinese two, an accent none. */
  widthOf: (text: string) => number
}

export interface Paint {
  bold: (text: string) => string
  dim: (text: string) => string
  good: (text: string) => string
  bad: (text: string) => string
  warn: (text: string) => string
}

const same = (text: string): string => text
const colourless: Paint = { bold: same, dim: same, good: same, bad: same, warn: same }

/** For pipes: colours and the widths of far letters cost milliseconds, so they come when they are needed. */
export const plainLook = (columns?: number): Look => ({
  columns,
  paint: colourless,
  widthOf: text => text.length,
})

export async function lookFor(
  shown: unknown,
  { columns, colors }: { columns: number | undefined; colors: boolean },
): Promise<Look> {
  return {
    columns,
    paint: colors ? await colours() : colourless,
    widthOf: isPlain(shown) ? text => text.length : (await import('string-width')).default,
  }
}

/** One cell each: English, the letters of Europe, and the usual dots and quotes. */
export const plain = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027]*$/
const isPlain = (shown: unknown): boolean => plain.test(JSON.stringify(shown) ?? '')

async function colours(): Promise<Paint> {
  const { bold, dim, green, red, yellow } = (await import('picocolors')).default.createColors(true)
  return { bold, dim, good: green, bad: red, warn: yellow }
}
