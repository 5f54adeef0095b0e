import * as z from 'zod'

/** What git says was done: names and numbers, no content. */
export const evidence = z.object({
  repo: z.string(),
  branch: z.string().optional(),
  issue: z.string().optional().describe('Key in the branch name'),
  commits: z.array(z.string()).describe('Made during the session'),
})
export type Evidence = z.infer<typeof evidence>

const mostCommits = 50

/**
 * The commits of a stretch, oldest first, from git's log of where HEAD was:
 *
 *     <before> <after> <name> <<address>> <seconds> <zone>\tcommit: <subject>
 */
export function commitsIn(log: string, from: number, to: number): string[] {
  const commits: string[] = []
  for (const line of log.split('\n')) {
    const [, after, seconds] =
      /^[0-9a-f]{40,64} ([0-9a-f]{40,64}) .*> (\d+) [+-]\d{4}\tcommit\b/.exec(line) ?? []
    if (after === undefined) continue
    const at = Number(seconds) * 1000
    if (at >= from && at <= to) commits.push(after.slice(0, 12))
  }
  return commits.slice(-mostCommits)
}

/** `feature/ABC-123-login` → `ABC-123`; `fix/42-crash` and `issue-42` → `#42`. */
export function issueIn(branch: string): string | undefined {
  const key = /(?:^|[/_-])([A-Z][A-Z0-9]{1,9}-\d{1,7})(?:$|[/_-])/.exec(branch)?.[1]
  if (key) return key
  const number = /(?:^|\/)(?:issue-|gh-|#)?(\d{1,7})(?:$|[/_-])/i.exec(branch)?.[1]
  return number === undefined ? undefined : `#${number}`
}
