type WidthOf = (text: string) => number

export function padded(text: string, width: number, where: 'start' | 'end', widthOf: WidthOf): string {
  const blank = ' '.repeat(Math.max(0, width - widthOf(text)))
  return where === 'start' ? blank + text : text + blank
}

/** Cut between what a reader takes for letters, never within one. */
export function cutTo(text: string, width: number, widthOf: WidthOf): string {
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

/** `Weiß Straßenbau · Website` as `Weiß… · Website`: what stands first is shared by more, so it gives way. */
export function cutLabel(text: string, width: number, widthOf: WidthOf): string {
  const [first = '', ...others] = text.split(' · ')
  if (others.length === 0 || widthOf(text) <= width) return cutTo(text, width, widthOf)
  const rest = ` · ${others.join(' · ')}`
  const room = Math.max(width - widthOf(rest), Math.floor(width / 4))
  return cutTo(cutTo(first, room, widthOf) + rest, width, widthOf)
}

/** Broken between words; a word longer than a line stands alone. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
