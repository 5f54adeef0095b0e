import { describe, expect, test } from 'vitest'
import { commitsIn, issueIn } from '../../src/domain/evidence.ts'

const sha = (n: number) => String(n).padStart(40, 'a')
const step = (before: number, after: number, seconds: number, what: string) =>
  `${sha(before)} ${sha(after)} Ada Lovelace <ada@example.com> ${seconds} +0200\t${what}`

describe('commits of a session', () => {
  test('are those that git logged in its time; checkouts, pulls and resets are none', () => {
    const log = [
      step(0, 1, 100, 'commit (initial): before'),
      step(1, 2, 200, 'commit: inside: with > signs and\ttabs'),
      step(2, 3, 210, 'checkout: moving from main to fix'),
      step(3, 4, 220, 'commit (amend): inside too'),
      step(4, 5, 230, 'pull: Fast-forward'),
      step(5, 6, 301, 'commit: after'),
      'not a line of git',
      '',
    ].join('\n')
    expect(commitsIn(log, 150_000, 300_000)).toEqual([sha(2).slice(0, 12), sha(4).slice(0, 12)])
  })
})

describe('the issue in a branch name', () => {
  test.each([
    ['feature/ABC-123-login', 'ABC-123'],
    ['ABC-9', 'ABC-9'],
    ['ada/fix_WEB2-77', 'WEB2-77'],
    ['fix/42-crash', '#42'],
    ['issue-7', '#7'],
    ['gh-15-docs', '#15'],
  ])('%s is about %s', (branch, issue) => expect(issueIn(branch)).toBe(issue))
  test.each(['main', 'release-2.4', 'utf-8-names', 'v2', 'add-3d-view'])('%s is about none', branch =>
    expect(issueIn(branch)).toBeUndefined(),
  )
})
