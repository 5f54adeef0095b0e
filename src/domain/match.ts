import { fuzzyHits, shortlist } from './fuzzy.ts'
import { type Candidate, type Entry, entryAt, type MatchIndex, wordsBegunBy } from './match-index.ts'
import { foldName } from './name.ts'
import { begins, isEvidence, isGeneric, wordsOf } from './word.ts'

export { type Candidate, type MatchIndex, matchIndex } from './match-index.ts'

/** `ambiguous`: all that were found at the step that found any. `nothing`: the nearest names, at most five. */
export type Match = { found: Candidate; how: How } | { ambiguous: Candidate[] } | { nothing: Candidate[] }

type How = 'id' | 'name' | 'alias' | 'prefix' | 'fuzzy'

/** What was asked: `whole` as a key, and the first 64 characters of it as a key, as words, and without spaces. */
interface Query {
  whole: string
  key: string
  words: readonly string[]
  compact: string
}

const longestQuery = 64
const mostNearest = 5

/**
 * Which candidate does the query mean? The steps stop at the first that finds anything; one hit is it, several are
 * ambiguous. Time on the wrong client's project is the worst error of all, so a word of the query that stays
 * without a partner always means no. `exact_only` ends after the aliases: for directories, where nobody can be asked.
 */
export function match(query: string, index: MatchIndex, options: { exact_only?: boolean } = {}): Match {
  const trimmed = query.trim()
  const whole = foldName(trimmed)
  if (whole === '') return { nothing: [] }

  const byId = index.byId.get(trimmed)
  const exact =
    decide('id', byId ? [byId] : []) ??
    decide('name', index.byName.get(whole) ?? []) ??
    decide('alias', index.byAlias.get(whole) ?? [])
  if (exact) return exact
  if (options.exact_only) return { nothing: [] }

  const asked = cut(trimmed, whole)
  const begun = decide('prefix', prefixHits(asked, index))
  if (begun) return begun

  const near = shortlist(asked.words, index)
  const fuzzy = decide('fuzzy', asked.key === whole ? fuzzyHits(asked.words, near) : [])
  return fuzzy ?? { nothing: near.slice(0, mostNearest).map(entry => entry.candidate) }
}

function decide(how: How, hits: readonly Entry[]): Match | null {
  const [first, ...others] = hits
  if (!first) return null
  return others.length === 0 ? { found: first.candidate, how } : { ambiguous: hits.map(hit => hit.candidate) }
}

function cut(trimmed: string, whole: string): Query {
  const characters = Array.from(trimmed.slice(0, 2 * longestQuery)).slice(0, longestQuery)
  const key = foldName(characters.join(''))
  const words = wordsOf(key)
  return { whole, key, words, compact: words.join('') }
}

function prefixHits(query: Query, index: MatchIndex): Entry[] {
  const numbers = new Set([...wordPrefixHits(query, index), ...spaceFreeHits(query, index)])
  return Array.from(numbers, number => entryAt(index, number)).filter(entry =>
    agreesBeyondTheCut(query, entry),
  )
}

/** Two long names may differ only after the cut; the part of the query that was cut off then still has a say. */
function agreesBeyondTheCut(query: Query, entry: Entry): boolean {
  return query.key === query.whole || entry.key.length <= longestQuery || entry.key.startsWith(query.whole)
}

/** Entries in which every word of the query begins another word, in order, gaps allowed. */
function wordPrefixHits({ words }: Query, index: MatchIndex): number[] {
  const holders = words.map(part => wordsBegunBy(part, index).map(word => index.postings.get(word) ?? []))
  const [fewest] = holders.toSorted((one, other) => total(one) - total(other))
  return (fewest ?? []).flat().filter(number => {
    const entry = entryAt(index, number)
    return holdsInOrder(words, entry, entry.nameAt) || holdsInOrder(words, entry, 0)
  })
}

function total(lists: readonly (readonly number[])[]): number {
  return lists.reduce((sum, list) => sum + list.length, 0)
}

/** The client's words may help, but one word at least must be found in the name itself. */
function holdsInOrder(query: readonly string[], { words, nameAt }: Entry, from: number): boolean {
  let at = from
  let letters = 0
  let complete = false
  for (const part of query) {
    while (at < words.length && !begins(part, words[at] ?? '')) at++
    const word = words[at]
    if (word === undefined) return false
    if (isEvidence(part, word)) {
      letters += part.length
      complete ||= part === word
    }
    at++
  }
  return at > nameAt && (complete || letters >= 3)
}

/**
 * Entries whose words, written together, are the query written together:
 *
 *     piedpiper      →  [Pied Piper] Compression
 *     acmedash       →  [Acme Dash]board           (only from the first word on)
 *     dash board     →  Acme [Dashboard]
 *
 * So `webhooks` finds `Web Hooks` but neither `Web` nor `Web Hook`, and `carpet` never finds `Car Petrol`.
 */
function spaceFreeHits({ compact }: Query, index: MatchIndex): number[] {
  const hits: number[] = []
  for (let length = 1; length <= compact.length; length++) {
    const first = compact.slice(0, length)
    for (const number of index.postings.get(first) ?? []) {
      if (joins(compact, first, entryAt(index, number))) hits.push(number)
    }
  }
  return hits
}

function joins(compact: string, first: string, entry: Entry): boolean {
  const { words } = entry
  for (let start = words.indexOf(first); start !== -1; start = words.indexOf(first, start + 1)) {
    if (joinsFrom(start, compact, entry)) return true
  }
  return false
}

function joinsFrom(start: number, compact: string, { words, nameAt }: Entry): boolean {
  let rest = compact
  let at = start
  let evidence = false
  while (rest !== '' && at < words.length && rest.startsWith(words[at] ?? '')) {
    const word = words[at++] ?? ''
    evidence ||= isEvidence(word, word)
    rest = rest.slice(word.length)
  }
  const atFront = start === 0 || start === nameAt
  if (rest !== '') {
    const isLongEnough = rest.length >= 4 && compact.length - rest.length >= 4
    return atFront && evidence && isLongEnough && at >= nameAt && begins(rest, words[at] ?? '')
  }
  const isWholeName = atFront && at === words.length
  return at > nameAt && (isWholeName || (evidence && !isGeneric(compact)))
}
