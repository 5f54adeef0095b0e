import { description, longestDescription, mostTags, name, tag } from './label.ts'

/** Texts of others, made to fit ours: nothing that cannot be seen, and no longer than we keep them. */
export const fittingName = (text: string): string => fitting(text, 200, line)
export const fittingDescription = (text: string): string => fitting(text, longestDescription, description)
export const fittingTags = (tags: readonly string[]): string[] =>
  [...new Set(tags.map(one => fitting(one.replaceAll(',', ' '), 50, tag)))]
    .filter(one => one !== '')
    .slice(0, mostTags)

const line = name()
const plain = /^[ -~¡-¬®-ɏ]*$/
// oxlint-disable-next-line no-control-regex
const unseen =
  /[\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu

function fitting(text: string, longest: number, shape: typeof line): string {
  const trimmed = text.trim()
  if (trimmed.length <= longest && (trimmed === '' || plain.test(trimmed))) return trimmed
  const read = shape.safeParse(trimmed)
  return read.success ? read.data : cut(trimmed.replace(unseen, '').replace(/\p{Cc}+/gu, ' '), longest)
}

/** Between two letters, never within one. */
function cut(text: string, longest: number): string {
  const normal = text.normalize('NFC')
  return normal
    .slice(0, longest)
    .replace(/[\ud800-\udbff]$/, '')
    .trim()
}
