import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, onTestFinished } from 'vitest'

let browser: Browser

/** One browser for a file of tests, a profile of its own for each page. */
export function givenBrowser(): void {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: browserPath() })
  })
  afterAll(() => browser?.close())
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

/** The browser of this machine: nothing is downloaded for the tests. */
function browserPath(): string {
  if (process.env.CHROME_PATH) return process.env.CHROME_PATH
  const folders = (process.env.PATH ?? '').split(delimiter)
  const found = folders.flatMap(folder => names.map(name => join(folder, name))).find(existsSync)
  if (found) return found
  throw new Error(
    'These tests need a browser: install Chromium (on Debian `apt-get install chromium`), or name one with CHROME_PATH.',
  )
}

interface Looks {
  width?: number
  dark?: boolean
}

/** A page that reaches nothing but `origin`, with all that it asked for and all that it complained of. */
export async function visit(origin: string, { width = 1280, dark = false }: Looks = {}) {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
  })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const asked: string[] = []
  const complaints: string[] = []
  page.on('request', request => asked.push(request.url()))
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  await context.route('**', route =>
    isAt(origin, route.request().url()) ? route.continue() : route.abort('internetdisconnected'),
  )
  return { page, asked, complaints, elsewhere: () => asked.filter(url => !isAt(origin, url)) }
}

const isAt = (origin: string, url: string): boolean => url.startsWith(`${origin}/`) || url.startsWith('data:')

/** How far one has to push a page aside to read it. */
export const overhang = (page: Page): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
