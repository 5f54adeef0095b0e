const generic = new Set(
  'web app api docs data test site server client backend frontend src main code project demo'.split(' '),
)

export function isGeneric(word: string): boolean {
  return generic.has(word)
}

/** `api (globex)` and `tom's r&d` as people would say them; `c++` and `c#` stay what they are. */
export function wordsOf(key: string): string[] {
  if (!/[^\p{L}\p{N} ]/u.test(key)) return key.split(' ')
  return key
    .replace(/['’`]/g, '')
    .split(/[^\p{L}\p{N}\p{M}\p{S}#]+/u)
    .filter(word => word !== '')
}

/**
 * `dash` begins `dashboard`. A single letter begins nothing but itself, and a number is not continued: `v1` is not
 * `v10`, `phase ii` is not `phase iii`.
 */
export function begins(part: string, word: string): boolean {
  if (part === word) return true
  if (part.length < 2 || !word.startsWith(part)) return false
  if (/\d$/.test(part) && /^\d/.test(word.slice(part.length))) return false
  return !(/^[ivx]+$/.test(part) && /^[ivx]+$/.test(word))
}

/** A generic word says nothing about which project is meant, nor does a single letter. */
export function isEvidence(part: string, word: string): boolean {
  return part.length >= 2 && !generic.has(part) && !generic.has(word)
}

/** The same word but for typing errors; the first letter is seldom one. */
export function isNear(part: string, word: string, budget = editsAllowed(part)): boolean {
  if (part === word) return true
  if (budget === 0 || part[0] !== word[0] || Math.abs(part.length - word.length) > budget) return false
  return distance(part, word, budget) <= budget && editsAllowed(word) > 0
}

/** One for each five letters. A number, or a sign that is a word of its own, has no typing errors: 2024 is not 2025. */
export function editsAllowed(word: string): number {
  if (/[\p{N}\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}]/u.test(word)) return 0
  return Math.floor(word.length / 5)
}

/** Insert, delete, change one letter, or swap two neighbours: one edit each. More than `most` count as `most + 1`. */
export function distance(a: string, b: string, most = Math.max(a.length, b.length)): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    let leastInRow = row
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let least = Math.min(above[column]! + 1, current[column - 1]! + 1, above[column - 1]! + (same ? 0 : 1))
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        least = Math.min(least, before[column - 2]! + 1)
      }
      current.push(least)
      if (least < leastInRow) leastInRow = least
    }
    if (leastInRow > most) return most + 1
    before = above
    above = current
  }
  return above[b.length]!
}
