import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { placeOf } from '../../src/core/place.ts'

/** Files by path; a path that ends with a slash is a folder. */
function folders(files: Record<string, string>): (path: string) => string {
  const root = mkdtempSync(join(tmpdir(), 'stint-place-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(path.endsWith('/') ? join(root, path) : dirname(join(root, path)), { recursive: true })
    if (!path.endsWith('/')) writeFileSync(join(root, path), text.replaceAll('ROOT', root))
  }
  return path => join(root, path)
}

const config = (url: string): string =>
  `[core]\n\tbare = false\n[remote "origin"]\n\turl = ${url}\n\tfetch = +refs/*\n[branch "main"]\n`

describe('a place', () => {
  test('has what .stint.json above it declares, the nearest first', () => {
    const at = folders({
      'a/.stint.json': '{"project": "Outer", "tags": ["x"]}',
      'a/b/.stint.json': '\ufeff{"project": "Inner", "task": "Design", "bill_agent_time": true}',
      'a/b/c/': '',
      'a/d/': '',
    })
    expect(placeOf(at('a/b/c')).declared).toEqual({ project: 'Inner', task: 'Design', bill_agent_time: true })
    expect(placeOf(at('a/d')).declared).toEqual({ project: 'Outer', tags: ['x'] })
    expect(placeOf(at('a/d')).nowhere).toBe(false)
    expect(placeOf(dirname(at('a'))).declared).toBe(undefined)
  })

  test.each([
    ['no JSON', '{project: Acme}'],
    ['no project', '{"task": "Design"}'],
    ['a secret', '{"project": "Acme", "token": "stint_x"}'],
    ['a name that cannot be seen', '{"project": "a\\u200bb"}'],
    ['a list', '["Acme"]'],
    ['nothing', ''],
  ])('does not guess what %s declares', (_, text) => {
    const at = folders({ 'a/.stint.json': text })
    expect(() => placeOf(at('a'))).toThrow(/a\/\.stint\.json is not what stint reads: ./)
  })

  test('is in the repository whose top lies above it, with its origin but no password', () => {
    const at = folders({
      'web/.git/config': config('https://ada:s3cr@t@git.example/acme/web.git'),
      'web/src/deep/': '',
    })
    expect(placeOf(at('web/src/deep'))).toMatchObject({
      nowhere: false,
      repository: { root: at('web'), origin: 'https://git.example/acme/web.git' },
    })
  })

  test('keeps the address of a repository that is reached over ssh', () => {
    const at = folders({ 'web/.git/config': config('git@git.example:acme/web.git') })
    expect(placeOf(at('web')).repository?.origin).toBe('git@git.example:acme/web.git')
  })

  test('in a worktree is in its main repository', () => {
    const at = folders({
      'main/web/.git/config': config('git@git.example:acme/web.git'),
      'main/web/.git/worktrees/fix/': '',
      'elsewhere/fix/.git': 'gitdir: ROOT/main/web/.git/worktrees/fix\n',
      'near/.git': 'gitdir: ../main/web/.git/worktrees/fix\n',
    })
    const main = { root: at('main/web'), origin: 'git@git.example:acme/web.git' }
    expect(placeOf(at('elsewhere/fix')).repository).toEqual(main)
    expect(placeOf(at('near')).repository).toEqual(main)
  })

  test('in a worktree of a bare repository is in that', () => {
    const at = folders({
      'web.git/config': config('git@git.example:acme/web.git'),
      'trees/fix/.git': 'gitdir: ROOT/web.git/worktrees/fix\n',
      'shop/.bare/config': config('git@git.example:acme/shop.git'),
      'shop/main/.git': 'gitdir: ROOT/shop/.bare/worktrees/main\n',
    })
    expect(placeOf(at('trees/fix')).repository).toEqual({
      root: at('web'),
      origin: 'git@git.example:acme/web.git',
    })
    expect(placeOf(at('shop/main')).repository).toEqual({
      root: at('shop'),
      origin: 'git@git.example:acme/shop.git',
    })
  })

  test('in a submodule is in a repository of its own', () => {
    const at = folders({
      'web/.git/config': config('git@git.example:acme/web.git'),
      'web/.git/modules/lib/config': config('git@git.example:acme/lib.git'),
      'web/lib/.git': 'gitdir: ../.git/modules/lib\n',
    })
    expect(placeOf(at('web/lib')).repository).toEqual({
      root: at('web/lib'),
      origin: 'git@git.example:acme/lib.git',
    })
  })

  test.each([homedir(), '/', tmpdir(), '/tmp', '/tmp/some/folder'])('%s is nobody\u2019s', path => {
    expect(placeOf(path)).toEqual({ directory: path, nowhere: true })
  })

  test.each(['beneath/a/file', 'x'.repeat(5000), 'a\0b'])(
    'that cannot be, as by now, is still a place: %s',
    path => {
      const at = folders({ 'beneath/a': 'a file where a folder was' })
      expect(placeOf(at(path))).toMatchObject({ directory: at(path) })
      expect(placeOf(at(path)).repository).toBe(undefined)
    },
  )

  test('that is gone is still a place', () => {
    expect(placeOf('/work-that-is-not-there/web')).toEqual({
      directory: '/work-that-is-not-there/web',
      nowhere: false,
    })
  })
})
