import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { commandLine } from './given.ts'

describe('a day at the terminal', () => {
  test('a timer is started, seen and stopped', async () => {
    const { clock, type } = await commandLine({ projects: ['Acme'] })
    expect(await type('start acme Fix the login')).toEqual({ code: 0, out: 'Started: Acme.\n', error: '' })
    clock.pass(65)
    const { out } = await type('status')
    expect(out).toMatch(
      /^Project +Kind +State +Time +Since +Description\nAcme +timer +running +1h 05m +09:00 +Fix the login\n/,
    )
    expect((await type('stop')).out).toContain('1h 05m')
    expect((await type('entries')).out).toContain('1 entry, 1h 05m.')
  })

  test('the same answer is there as JSON', async () => {
    const { type } = await commandLine({ projects: ['Acme'] })
    const { code, out } = await type('log acme 90 "Design review" --tag ui --json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      entry: {
        project: { name: 'Acme' },
        seconds: 5400,
        description: 'Design review',
        tags: ['ui'],
        source: 'cli',
      },
    })
    expect(JSON.parse((await type('--json status')).out)).toMatchObject({ timers: [], sessions: [] })
  })
})

describe('what goes wrong', () => {
  test.each([
    ['frobnicate', 2],
    ['status --frobnicate', 2],
    ['log acme 25h', 2],
    ['log acme', 2],
    ['entries last_wek', 2],
    ['start nowhere', 4],
    ['entry show ent_nothing', 4],
    ['project create acme', 5],
    ['start shop', 5],
    ['edit', 2],
  ])('%s ends with %i', async (line, code) => {
    const { type } = await commandLine({ projects: ['Acme', 'Shop North', 'Shop South'] })
    const plain = await type(line)
    expect(plain).toMatchObject({ code, out: '' })
    expect(plain.error).toMatch(/^stint: .+\n/)
    const json = await type(`${line} --json`)
    expect(json).toMatchObject({ code, error: '' })
    expect(JSON.parse(json.out).error).toEqual(
      expect.objectContaining({ code: expect.any(String), message: expect.any(String) }),
    )
  })

  test('the nearest command and the next step are told', async () => {
    const { type } = await commandLine({ projects: ['Acme'] })
    expect((await type('strat acme')).error).toBe(
      'stint: There is no command strat.\nDid you mean `stint start`?\n',
    )
    expect((await type('project shwo')).error).toContain('Did you mean `stint project show`?')
    expect((await type('start acne2')).error).toContain('`stint projects` shows all')
    expect((await type('entries --limit 0')).error).toContain('stint: --limit:')
  })

  test('candidates stand with their ids', async () => {
    const { type } = await commandLine({ projects: ['Shop North', 'Shop South'] })
    const { error } = await type('start shop')
    expect(error).toMatch(/Shop North +prj_/)
    expect(error).toMatch(/Shop South +prj_/)
  })
})

describe('taking something away', () => {
  const given = async () => {
    const line = await commandLine({ projects: ['Acme'] })
    const { out } = await line.type('log acme 30m --json')
    return { ...line, entry: String(JSON.parse(out).entry.id) }
  }

  test('a program has to agree beforehand', async () => {
    const { entry, type } = await given()
    expect(await type(`entry delete ${entry}`)).toMatchObject({
      code: 2,
      error: expect.stringContaining('--yes'),
    })
    expect(JSON.parse((await type(`entry delete ${entry} --json`)).out).error.code).toBe(
      'confirmation_required',
    )
    expect((await type(`entry delete ${entry} --yes`)).code).toBe(0)
  })

  test('a person is asked', async () => {
    const { answer, asked, entry, type } = await given()
    answer(false)
    expect(await type(`entry delete ${entry}`)).toMatchObject({
      code: 2,
      error: 'stint: Nothing was changed.\n',
    })
    answer(true)
    expect((await type(`entry delete ${entry}`)).code).toBe(0)
    expect(asked).toEqual([`Delete entry ${entry}?`, `Delete entry ${entry}?`])
  })

  test('discarding a timer through an update asks too', async () => {
    const { rows, type } = await given()
    await type('start acme')
    expect((await type('timer update --action discard')).code).toBe(2)
    expect(rows('sessions').at(-1)?.discarded_at).toBeNull()
    expect((await type('timer update --action discard --yes')).code).toBe(0)
  })
})

describe('a project that nobody named', () => {
  const folder = (name: string): string => {
    // not in a temporary folder, which is nobody's project
    const parent = mkdtempSync(join(homedir(), '.stint-test-'))
    onTestFinished(() => rmSync(parent, { recursive: true }))
    const path = join(parent, name)
    mkdirSync(path)
    return path
  }

  test('is that of the directory', async () => {
    const { type } = await commandLine({ projects: ['Acme'], directory: folder('acme') })
    expect((await type('start')).out).toBe('Started: Acme.\n')
    expect((await type('log 45m "Design"')).out).toContain('Logged 45m on Acme')
  })

  test('is what its .stint.json says', async () => {
    const directory = folder('src')
    writeFileSync(join(directory, '.stint.json'), '{"project": "Acme"}')
    const { type } = await commandLine({ projects: ['Acme'], directory })
    expect((await type('start')).out).toBe('Started: Acme.\n')
  })

  test('is asked for where there is none', async () => {
    const { type } = await commandLine({ directory: folder('unheard-of') })
    expect(await type('start')).toMatchObject({ code: 2, error: expect.stringContaining('Which project?') })
    expect((await type('start --auto-create')).out).toContain('unheard-of (new project)')
    const elsewhere = await commandLine({ directory: tmpdir() })
    expect((await elsewhere.type('start --auto-create')).code).toBe(2)
  })
})

describe('help', () => {
  test('is short for nothing, long when asked', async () => {
    const { type } = await commandLine()
    const short = await type('')
    expect(short).toMatchObject({ code: 0, error: '' })
    expect(short.out.split('\n').length).toBeLessThan(25)
    expect((await type('--help')).out).toContain('Every day')
    expect((await type('help')).out).toBe((await type('--help')).out)
    expect((await type('help start')).out).toBe((await type('start --help')).out)
    expect((await type('project --help')).out).toContain('project create <name>')
    expect(await type('project')).toMatchObject({ code: 2, out: '' })
  })

  test('comes without a database', async () => {
    const line = await commandLine()
    expect((await line.type('start --help')).out).toMatch(
      /^stint start <project> \[description\] \[flags\]\n/,
    )
    expect((await line.type('--version')).out).toBe('test\n')
  })
})
