import stringWidth from 'string-width'

const plain = /^[\x20-\x7e]*$/

/** How many cells of a terminal a text takes: a sign of Chinese two, an accent none. */
export const widthOf = (text: string): number => (plain.test(text) ? text.length : stringWidth(text))

export function padded(text: string, width: number, where: 'start' | 'end'): string {
  const blank = ' '.repeat(Math.max(0, width - widthOf(text)))
  return where === 'start' ? blank + text : text + blank
}

export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let cut = ''
  let used = 1
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    used += widthOf(segment)
    if (used > width) break
    cut += segment
  }
  return `${cut.trimEnd()}…`
}

/** Broken between words; a word longer than a line stands alone. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
