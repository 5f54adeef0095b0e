import { describe, expect, it } from 'vitest'
import { serving } from './serving.ts'
import { givenBrowser, overhang, visit } from './visit.ts'

givenBrowser()

/** The page, once it shows what can be asked. */
async function reference(looks?: Parameters<typeof visit>[1]) {
  const served = await serving()
  const { origin } = served
  const visited = await visit(origin, looks)
  const { page } = visited
  const answer = await page.goto(`${origin}/api/v1/docs`)
  await page.getByRole('heading', { name: 'stint', level: 1 }).waitFor()
  await page.getByRole('heading', { name: 'Start a timer on a project' }).waitFor()

  /** As a person does: with the search, whatever is on the screen. */
  async function find(words: string, path: string): Promise<void> {
    await page.getByRole('search').click()
    await page.getByPlaceholder('Search').last().fill(words)
    await page.getByRole('option').filter({ hasText: path }).first().click()
  }
  return { ...served, ...visited, answer, find }
}

describe('the reference page', () => {
  it('shows everything with nothing from elsewhere, and has nothing to complain of', async () => {
    const { answer, asked, complaints, elsewhere, origin, page } = await reference()
    const policy = answer?.headers()['content-security-policy'] ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("connect-src 'self'")
    expect(asked.filter(url => url.startsWith(origin)).toSorted()).toEqual([
      `${origin}/api/v1/docs`,
      `${origin}/api/v1/docs/reference.js`,
      `${origin}/api/v1/docs/start.js`,
      `${origin}/api/v1/openapi.json`,
    ])
    expect(elsewhere()).toEqual([])
    expect(complaints).toEqual([])

    const tried = "fetch('https://example.com/').then(() => 'it went out', error => error.name)"
    expect(await page.evaluate<string>(tried)).toBe('TypeError')
    expect(elsewhere()).toEqual([])
    expect(complaints.join('\n')).toContain('Content Security Policy')
  })

  it('sends what is found there with the token, and shows the answer', async () => {
    const { complaints, elsewhere, find, origin, page, send, token } = await reference()
    await send('POST /projects', { name: 'Website' })
    await send('POST /tasks', { project: 'Website', name: 'Login' })
    await page.getByRole('textbox', { name: 'Bearer Token' }).first().fill(token)

    await find('timer', '/timers')
    await page
      .getByRole('button', { name: /Test Request.*post .timers\b/ })
      .first()
      .click()
    const trial = page.getByRole('dialog', { name: 'API Client' })
    const answer = trial.getByRole('region', { name: 'Response', exact: true })
    const [sent] = await Promise.all([
      page.waitForRequest(`${origin}/api/v1/timers`),
      trial.getByRole('button', { name: /^Send post request/ }).click(),
    ])
    expect(await sent.headerValue('authorization')).toBe(`Bearer ${token}`)
    await answer.getByText('201 Created').waitFor()
    await trial.getByRole('button', { name: 'Close Client' }).first().click()

    await find('dashboard', '/dashboard')
    await page.getByRole('button', { name: /Test Request.*get .dashboard/ }).click()
    await trial.getByRole('button', { name: /^Send get request/ }).click()
    await answer.getByText('200 OK').waitFor()
    await answer.getByText('"Website"').first().waitFor()
    expect(elsewhere()).toEqual([])
    expect(complaints).toEqual([])
  })

  it('fits a telephone', async () => {
    const { complaints, page } = await reference({ width: 390, dark: true })
    expect(await overhang(page)).toBe(0)
    expect(complaints).toEqual([])
  })
})
