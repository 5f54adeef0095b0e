import * as z from 'zod'
import { description } from './label.ts'

/** What git says was done: names and numbers, no content. */
export const evidence = z.object({
  repo: z.string(),
  branch: z.string().optional(),
  issue: z.string().optional().describe('Key in the branch name'),
  commits: z.array(z.string()).describe('Made during the session'),
})
export type Evidence = z.infer<typeof evidence>

const mostCommits = 50

/** The commits of a stretch, oldest first. */
export function commitsIn(log: string, from: number, to: number): string[] {
  const inside = stepsIn(log).filter(({ at }) => at >= from && at <= to)
  return inside.map(({ commit }) => commit).slice(-mostCommits)
}

export interface Commit {
  commit: string
  subject: string
}

/** What some commits say they did, oldest first; merges say nothing, and what was amended is said by what replaced it. */
export function subjectsIn(log: string, commits: readonly string[]): Commit[] {
  const subjects = new Map<string, string>()
  for (const { before, commit, how, subject } of stepsIn(log)) {
    if (how === 'amend') subjects.delete(before)
    if (how !== 'merge' && commits.includes(commit)) subjects.set(commit, subject)
  }
  return [...subjects].map(([commit, subject]) => ({ commit, subject }))
}

/**
 * The commits in git's log of where HEAD or a branch was:
 *
 *     <before> <after> <name> <<address>> <seconds> <zone>\tcommit: <subject>
 */
function stepsIn(log: string) {
  const line =
    /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) [^>\n]*> (\d+) [+-]\d{4}\tcommit(?: \(([\w-]+)\))?(?:: (.*))?$/gm
  return Array.from(log.matchAll(line), ([, before = '', after = '', seconds, how, subject = '']) => ({
    before: short(before),
    commit: short(after),
    at: Number(seconds) * 1000,
    how,
    subject,
  }))
}

const short = (hash: string): string => hash.slice(0, 12)

/** `feature/ABC-123-login` → `ABC-123`; `fix/42-crash` and `issue-42` → `#42`. */
export function issueIn(branch: string): string | undefined {
  const key = /(?:^|[/_-])([A-Z][A-Z0-9]{1,9}-\d{1,7})(?:$|[/_-])/.exec(branch)?.[1]
  if (key) return key
  const number = /(?:^|\/)(?:issue-|gh-|#)?(\d{1,7})(?:$|[/_-])/i.exec(branch)?.[1]
  return number === undefined ? undefined : `#${number}`
}

export const suggestion = z.object({
  entry: z.string().describe('Id of the entry'),
  description: z.string(),
  from: z.array(z.string()).describe('The branch and the commits that say so'),
})
type Suggestion = Omit<z.infer<typeof suggestion>, 'entry'>

const longestSuggestion = 200

/**
 * What a description could be, in git's words:
 *
 *     branch feature/ABC-123-login-form, commits "Fix crash", "wip", "Add tests"
 *     →  ABC-123 login form: fix crash, add tests
 */
export function suggestionFrom(
  { branch, issue }: Pick<Evidence, 'branch' | 'issue'>,
  commits: readonly Commit[],
): Suggestion | undefined {
  const topic = branch === undefined ? '' : topicOf(branch, issue)
  const told = new Map<string, Commit>()
  for (const { commit, subject } of commits) {
    const said = deedOf(subject, issue)
    if (said !== '' && !told.has(said.toLowerCase())) told.set(said.toLowerCase(), { commit, subject: said })
  }
  const deeds = [...told.values()].map(({ subject }, at) => (topic || at > 0 ? inSentence(subject) : subject))
  // as a description is kept
  const said = [topic, deeds.join(', ')]
    .filter(part => part !== '')
    .join(': ')
    .normalize('NFC')
  const short = shortened(said)
  // what each part may hold, the whole need not: a cut can part what belongs together
  if (said === '' || !isPlain(short)) return undefined
  return {
    description: short,
    from: [
      ...(topic === '' ? [] : [`branch ${branch}`]),
      ...[...told.values()].map(({ commit }) => `commit ${commit}`),
    ],
  }
}

/** `fix/42-crash_on-start` → `#42 crash on start`. Where everybody works there is no topic. */
function topicOf(branch: string, issue: string | undefined): string {
  if (unspecific.test(branch) || !isPlain(branch)) return ''
  const slug = branch.slice(branch.lastIndexOf('/') + 1)
  const key = issue?.replace('#', '')
  const rest = key === undefined ? slug : slug.replace(new RegExp(`(issue-|gh-|#)?${key}(?![0-9])`, 'i'), '')
  return [issue ?? '', ...rest.split(/[-_\s]+/)].filter(word => word !== '').join(' ')
}

const unspecific = /^(main|master|trunk|dev|devel|develop|development|staging|production|release|next)$/i

/** What a commit did, without the issue, which is said already, and the number of its pull request. */
function deedOf(subject: string, issue: string | undefined): string {
  if (nothingDone.test(subject) || !isPlain(subject)) return ''
  const said = subject.replace(/ \(#\d+\)$/, '').trim()
  return issue === undefined ? said : said.replace(new RegExp(`^[[(]?${issue}(?!\\d)[\\])]?[\\s:,-]*`), '')
}

const nothingDone =
  /^(wip\b|\W*$|(fixup|squash|amend)! |merge (branch|pull request|remote-tracking|tag|commit)\b)/i

/** What could not stand in a description is nothing to suggest. */
const isPlain = (text: string): boolean => description.safeParse(text).success && !/[\n\t]/.test(text)

/** `Fix it` → `fix it`; `README`, `iOS` and `v2` stay what they are. */
const inSentence = (subject: string): string =>
  /^\p{Lu}\p{Ll}+(\s|$)/u.test(subject) ? subject.charAt(0).toLowerCase() + subject.slice(1) : subject

/** Cut between words where there are any, but in no character. */
function shortened(text: string): string {
  if (text.length <= longestSuggestion) return text
  const cut = text.slice(0, longestSuggestion - 1).replace(/[\ud800-\udbff]$/, '')
  return `${cut.replace(/[\s,:]+\S*$/, '')}…`
}
