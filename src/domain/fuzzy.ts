import Fuse from 'fuse.js'
import { bucket, type Entry, entryAt, type MatchIndex, wordsBegunBy } from './match-index.ts'
import { distance, editsAllowed, isEvidence, isNear } from './word.ts'

interface FuzzyHit {
  entry: Entry
  edits: number
  isWhole: boolean
}

const mostProposals = 12

/**
 * The entries that are worth a second look, nearest first. fuse.js looks at every name it is given, so it is given
 * only the few that share most words, or nearly, with the query.
 */
export function shortlist(query: readonly string[], index: MatchIndex): Entry[] {
  const few = mostShared(query, index)
  const fuse = new Fuse(few, { keys: ['text'], ignoreLocation: true, threshold: 0.7 })
  const proposed = fuse.search(query.join(' ')).map(proposal => proposal.item)
  return [...new Set([...proposed, ...few])]
}

/** Those in which every word of the query is a word of the name but for typing errors; one, if it is clearly ahead. */
export function fuzzyHits(query: readonly string[], proposals: readonly Entry[]): Entry[] {
  const hits = proposals.flatMap(entry => fuzzyHit(query, entry) ?? [])
  const ahead = hits.find(hit => hits.every(other => other === hit || isAhead(hit, other)))
  return (ahead ? [ahead] : hits).map(hit => hit.entry)
}

function fuzzyHit(query: readonly string[], entry: Entry): FuzzyHit | null {
  const edits = editsBetween(query, entry, entry.nameAt) ?? editsBetween(query, entry, 0)
  return edits === null ? null : { entry, edits, isWhole: query.length >= entry.words.length - entry.nameAt }
}

/** Edits over all words, met in order with gaps; null when a word has no partner, or only generic ones have. */
function editsBetween(query: readonly string[], { words, nameAt }: Entry, from: number): number | null {
  let at = from
  let edits = 0
  let evidence = false
  for (const part of query) {
    while (at < words.length && !isNear(part, words[at] ?? '')) at++
    const word = words[at]
    if (word === undefined) return null
    edits += distance(part, word)
    evidence ||= isEvidence(part, word)
    at++
  }
  return evidence && at > nameAt ? edits : null
}

/** `internl` is Internal rather than Internal Tools; of two that are alike, the one with fewer errors. */
function isAhead(hit: FuzzyHit, other: FuzzyHit): boolean {
  if (hit.isWhole !== other.isWhole) return hit.isWhole && hit.edits <= other.edits
  return hit.edits < other.edits
}

/** The entries that hold most of the query; among equals those with the fewest words of their own. */
function mostShared(query: readonly string[], index: MatchIndex): Entry[] {
  const points = new Uint8Array(index.entries.length)
  const touched: number[] = []
  for (const part of new Set(query)) {
    const counted = new Uint8Array(index.entries.length)
    const give = (words: Iterable<string>, worth: number) => {
      for (const word of words) {
        for (const number of index.postings.get(word) ?? []) {
          if (counted[number]) continue
          counted[number] = 1
          if (points[number] === 0) touched.push(number)
          points[number]! += worth
        }
      }
    }
    give(wordsMeantBy(part, index), 2)
    if (part.length >= 3) give(wordsBegunBy(part.slice(0, 3), index), 1)
  }
  const rank = (number: number) =>
    16 * points[number]! + 15 - Math.min(15, entryAt(index, number).words.length)
  return best(touched, rank).map(number => entryAt(index, number))
}

/** The first `mostProposals` by rank, without sorting thousands. */
function best(numbers: readonly number[], rankOf: (number: number) => number): number[] {
  const ranks: number[][] = []
  for (const number of numbers) (ranks[rankOf(number)] ??= []).push(number)
  const chosen: number[] = []
  for (let rank = ranks.length - 1; rank >= 0 && chosen.length < mostProposals; rank--) {
    chosen.push(...(ranks[rank] ?? []).slice(0, mostProposals - chosen.length))
  }
  return chosen
}

/** The word itself and those that are but a few edits away. */
function wordsMeantBy(part: string, index: MatchIndex): string[] {
  const meant = [part]
  const budget = editsAllowed(part)
  if (budget === 0) return meant
  for (let length = part.length - budget; length <= part.length + budget; length++) {
    for (const word of index.lookalikes.get(bucket(part, length)) ?? []) {
      if (word !== part && isNear(part, word, budget)) meant.push(word)
    }
  }
  return meant
}
