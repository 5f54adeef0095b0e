import picocolors from 'picocolors'

export interface Paint {
  bold(text: string): string
  dim(text: string): string
  good(text: string): string
  bad(text: string): string
  warn(text: string): string
}

const same = (text: string): string => text
const plain: Paint = { bold: same, dim: same, good: same, bad: same, warn: same }

export function paintOf(colors: boolean): Paint {
  if (!colors) return plain
  const { bold, dim, green, red, yellow } = picocolors.createColors(true)
  return { bold, dim, good: green, bad: red, warn: yellow }
}
