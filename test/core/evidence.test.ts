import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { subjectsOf } from '../../src/core/evidence.ts'

const sha = (n: number) => String(n).padStart(3, '0').padEnd(40, 'a')
const short = (n: number) => sha(n).slice(0, 12)
const log = (...subjects: string[]) =>
  subjects
    .map((what, n) => `${sha(n)} ${sha(n + 1)} Ada <ada@example.com> ${100 + n} +0200\t${what}\n`)
    .join('')

/** A repository as git leaves it on disk. */
function repository(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'stint-evidence-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const [path, content] of Object.entries({ '.git/HEAD': 'ref: refs/heads/main\n', ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  return root
}

const of = (commits: number[], branch = 'main') => ({ repo: 'acme', branch, commits: commits.map(short) })

describe('what the commits of an entry say', () => {
  test('stands in the log of its working tree, asked from any folder of it', () => {
    const root = repository({ '.git/logs/HEAD': log('commit: One', 'commit: Two', 'commit: Three') })
    expect(subjectsOf(join(root, 'src/app'), of([1, 2]))).toEqual([
      { commit: short(1), subject: 'One' },
      { commit: short(2), subject: 'Two' },
    ])
  })

  test('stands in the log of the branch when its worktree is gone', () => {
    const root = repository({
      '.git/logs/HEAD': log('checkout: moving from a to b'),
      '.git/logs/refs/heads/fix/crash': log('commit: One'),
    })
    expect(subjectsOf(join(root, '.trees/gone'), of([1], 'fix/crash'))).toEqual([
      { commit: short(1), subject: 'One' },
    ])
  })

  test('is nothing where there is no repository, no log, or no such commit', () => {
    expect(subjectsOf('/nowhere/at/all', of([1]))).toEqual([])
    expect(subjectsOf(repository({}), of([1]))).toEqual([])
    expect(subjectsOf(repository({ '.git/logs/HEAD': log('commit: One') }), of([7]))).toEqual([])
  })
})
