import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { issueIn, subjectsIn, suggestionFrom } from '../../src/domain/evidence.ts'
import { description } from '../../src/domain/label.ts'
import { leave } from '../support/host.ts'
import { operationNamed, workspace } from '../support/workspace.ts'

const sha = (n: number) => String(n).padStart(3, '0').padEnd(40, 'a')
const short = (n: number) => sha(n).slice(0, 12)

/** What git's log says, one line for each step. */
const logOf = (...steps: string[]) =>
  steps.map((what, n) => `${sha(n)} ${sha(n + 1)} Ada <ada@example.com> ${100 + n} +0200\t${what}`).join('\n')

/** The description for a branch, and for commits as git logged them. */
const suggested = (branch: string | undefined, ...steps: string[]) => {
  const issue = branch === undefined ? undefined : issueIn(branch)
  const commits = subjectsIn(
    logOf(...steps),
    steps.map((_, n) => short(n + 1)),
  )
  return suggestionFrom({ branch, issue }, commits)
}

describe('a description in the words of git', () => {
  test.each([
    [
      'feature/ABC-123-login-form',
      ['commit: Fix crash', 'commit: Add tests'],
      'ABC-123 login form: fix crash, add tests',
    ],
    ['feature/ABC-123-login-form', [], 'ABC-123 login form'],
    ['fix/42-crash_on-start', [], '#42 crash on start'],
    ['issue-7', ['commit: Say why'], '#7: say why'],
    [
      'ABC-9',
      ['commit: ABC-9: Fix it', 'commit: [ABC-9] Fix that', 'commit: ABC-90 is closed'],
      'ABC-9: fix it, fix that, ABC-90 is closed',
    ],
    ['main', ['commit (initial): Begin', 'commit: Add README'], 'Begin, add README'],
    ['main', ['commit: README and all', 'commit: iOS too (#17)'], 'README and all, iOS too'],
    [undefined, ['commit: Detached'], 'Detached'],
    ['login', ['commit: wip', 'commit: WIP: half', 'commit: ...', 'commit: fixup! Add form'], 'login'],
    [
      'login',
      ['commit (merge): Merge branch x', "commit: Merge branch 'y'", 'commit: Merge two tables'],
      'login: merge two tables',
    ],
    ['login', ['commit: Add form', 'commit: add form'], 'login: add form'],
    ['login', ['commit: Ad form', 'commit (amend): Add form'], 'login: add form'],
    ['login', ['commit: Hidden \u202e letters', 'commit: Seen'], 'login: seen'],
  ] as const)('%s, %j → %s', (branch, steps, said) =>
    expect(suggested(branch, ...steps)?.description).toBe(said),
  )

  test('says where it comes from', () => {
    expect(suggested('fix/login', 'commit: Add form', 'commit: wip', 'commit: Test it')?.from).toEqual([
      'branch fix/login',
      `commit ${short(1)}`,
      `commit ${short(3)}`,
    ])
  })

  test.each([
    ['main', []],
    ['develop', ['commit: wip']],
    [undefined, ['commit (merge): Merge branch x']],
  ])('%s, %j → nothing', (branch, steps) => expect(suggested(branch, ...steps)).toBeUndefined())

  test('is never longer than 200 characters, and ends with a word', () => {
    const said = suggested(
      'login',
      ...Array.from({ length: 30 }, (_, n) => `commit: Add page ${n}`),
    )?.description
    expect(said).toMatch(/^login: add page 0, add page 1, .+ [a-z\d]+…$/)
    expect(said?.length).toBeLessThanOrEqual(200)
  })

  test('whatever stands there, it may stand in an entry', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.array(fc.string({ unit: 'binary', maxLength: 300 })),
        (branch, subjects) => {
          const commits = subjects.map((subject, n) => ({ commit: short(n), subject }))
          const said = suggestionFrom({ branch, issue: issueIn(branch) }, commits)?.description ?? 'x'
          expect(description.parse(said)).toBe(said)
          expect(said.length).toBeLessThanOrEqual(200)
          expect(said).not.toBe('')
        },
      ),
    )
  })
})

/** An entry that a host reported from a repository, where git logged these steps meanwhile. */
async function worked(branch: string, ...steps: string[]) {
  const given = await workspace()
  const root = mkdtempSync(join(tmpdir(), 'stint-suggest-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  mkdirSync(join(root, '.git/logs'), { recursive: true })
  writeFileSync(join(root, '.git/HEAD'), `ref: refs/heads/${branch}\n`)
  const at = Math.floor(given.clock.now / 1000)
  const lines = steps.map((what, n) => `${sha(n)} ${sha(n + 1)} Ada <a@b.c> ${at + 10 + n} +0200\t${what}\n`)
  writeFileSync(join(root, '.git/logs/HEAD'), lines.join(''))
  const told = { host: 'claude-code' as const, host_session: 's1', directory: root, attended: true }
  const say = (second: number, kind: 'prompt' | 'stop' | 'end') => ({
    ...told,
    at: (at + second) * 1000,
    kind,
  })
  leave(given.app.home, say(0, 'prompt'), say(60, 'stop'), say(61, 'end'))
  given.clock.pass(5)
  const { entries } = await given.call('list_entries')
  return { ...given, root, entry: entries[0] }
}

/** What people read, in lines. */
const shown = (answer: object): string[] =>
  [operationNamed('suggest_description').text(answer, { time: String })]
    .flat()
    .map(part => (typeof part === 'string' ? part : 'a table'))

describe('suggest_description', () => {
  test('reads what git has on disk, changes nothing, and says how to take it over', async () => {
    const { call, entry, events } = await worked(
      'fix/ABC-1-login',
      "commit: Don't crash",
      'commit: Add tests',
    )
    await events()
    const answer = await call('suggest_description', { entry: entry.id })
    expect(answer).toEqual({
      suggestion: {
        entry: entry.id,
        description: "ABC-1 login: Don't crash, add tests",
        from: ['branch fix/ABC-1-login', `commit ${short(1)}`, `commit ${short(2)}`],
      },
    })
    expect(await call('get_entry', { entry: entry.id })).toMatchObject({
      entry: { description: '', version: 1 },
    })
    expect(await events()).toEqual([])
    expect(shown(answer)).toEqual([
      "ABC-1 login: Don't crash, add tests",
      String.raw`To take it over: stint edit ${entry.id} --description 'ABC-1 login: Don'\''t crash, add tests'`,
    ])
    const { description } = answer.suggestion
    const edited = await call('edit_entry', { entry: entry.id, description })
    expect(edited.entry.description).toBe(description)
  })

  test('without the repository the branch has to do', async () => {
    const { call, entry, root } = await worked('fix/ABC-1-login', 'commit: Gone')
    rmSync(root, { recursive: true })
    const { suggestion } = await call('suggest_description', { entry: entry.id })
    expect(suggestion).toMatchObject({ description: 'ABC-1 login', from: ['branch fix/ABC-1-login'] })
  })

  test('says so when there is nothing', async () => {
    const { call } = await workspace({ projects: ['acme'] })
    const { entry } = await call('log_time', { project: 'acme', date: '2026-05-19', duration: '1h' })
    const answer = await call('suggest_description', { entry: entry.id })
    expect(answer).toEqual({ suggestion: { entry: entry.id, description: '', from: [] } })
    expect(shown(answer)).toEqual([
      'Git says nothing of this entry: no branch of its own, and no commits in its time.',
    ])
  })

  test('an entry that is not there has none', async () => {
    const { refused } = await workspace()
    expect(await refused('suggest_description', { entry: 'ent_none' })).toMatchObject({ code: 'not_found' })
  })

  test('no subject gets out of its quotes', async () => {
    const { call, entry } = await worked('main', 'commit: $(touch x) `touch y` \'; touch z; " !')
    const [, line] = shown(await call('suggest_description', { entry: entry.id }))
    const words = line?.split('--description ')[1]
    const echoed = execFileSync('sh', ['-c', `printf %s ${words}`], { encoding: 'utf8' })
    expect(echoed).toBe('$(touch x) `touch y` \'; touch z; " !')
  })
})
