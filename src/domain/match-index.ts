import { foldName } from './name.ts'
import { begins, wordsOf } from './word.ts'

export interface Candidate {
  id: string
  name: string
  client?: string | null
  aliases?: readonly string[]
  archived?: boolean
}

/** A candidate as words: those of its client, then, from `nameAt` on, its own. */
export interface Entry {
  candidate: Candidate
  key: string
  text: string
  words: readonly string[]
  nameAt: number
}

/** Everything that can be known about the names before anybody asks. */
export interface MatchIndex {
  entries: readonly Entry[]
  byId: ReadonlyMap<string, Entry>
  byName: ReadonlyMap<string, readonly Entry[]>
  byAlias: ReadonlyMap<string, readonly Entry[]>
  /** All words in order, and for each the numbers of the entries that hold it. */
  vocabulary: readonly string[]
  postings: ReadonlyMap<string, readonly number[]>
  /** Words by first letter and length: where a misspelt word is looked for. */
  lookalikes: ReadonlyMap<string, readonly string[]>
}

export function matchIndex(candidates: readonly Candidate[]): MatchIndex {
  const foldedClients = new Map<string, string>()
  const entries = candidates.map(candidate => asEntry(candidate, foldedClients))
  const byName = new Map<string, Entry[]>()
  const byAlias = new Map<string, Entry[]>()
  const postings = new Map<string, number[]>()

  entries.forEach((entry, number) => {
    const { client, aliases } = entry.candidate
    add(byName, entry.key, entry)
    if (client) add(byName, `${foldedClients.get(client)} ${entry.key}`, entry)
    for (const alias of aliases ?? []) add(byAlias, foldName(alias), entry)
    for (const word of entry.words) add(postings, word, number)
  })

  const vocabulary = [...postings.keys()].toSorted()
  const lookalikes = new Map<string, string[]>()
  for (const word of vocabulary) add(lookalikes, bucket(word, word.length), word)
  const byId = new Map(entries.map(entry => [entry.candidate.id, entry]))
  return { entries, byId, byName, byAlias, vocabulary, postings, lookalikes }
}

export function entryAt(index: MatchIndex, number: number): Entry {
  const entry = index.entries[number]
  if (!entry) throw new RangeError(`no entry ${number}`)
  return entry
}

/** All words of the vocabulary that `part` begins. */
export function wordsBegunBy(part: string, { vocabulary }: MatchIndex): string[] {
  const words: string[] = []
  for (let at = lowerBound(vocabulary, part); ; at++) {
    const word = vocabulary[at]
    if (!word?.startsWith(part)) return words
    if (begins(part, word)) words.push(word)
  }
}

export function bucket(word: string, length: number): string {
  return `${word[0]}${length}`
}

function asEntry(candidate: Candidate, foldedClients: Map<string, string>): Entry {
  const key = foldName(candidate.name)
  const client = candidate.client ? wordsOf(foldedClient(candidate.client, foldedClients)) : []
  const words = [...client, ...wordsOf(key)]
  return { candidate, key, text: words.join(' '), words, nameAt: client.length }
}

/** Thousands of projects share a few clients. */
function foldedClient(client: string, folded: Map<string, string>): string {
  const known = folded.get(client)
  if (known !== undefined) return known
  const key = foldName(client)
  folded.set(client, key)
  return key
}

/** Each key lists a value once, however often it is added in a row. */
function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (!list) map.set(key, [value])
  else if (list.at(-1) !== value) list.push(value)
}

function lowerBound(sorted: readonly string[], value: string): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? '') < value) low = middle + 1
    else high = middle
  }
  return low
}
