import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { environment, kept, program, root } from './measure.mjs'

/** The program as it serves over HTTP, or another file that does so in its place. */
export async function served(home, file = program) {
  const server = await started([file, 'serve', '--port', '0', '--rate-limit', 'off'], { STINT_HOME: home })
  const token = readFileSync(join(home, 'token'), 'utf8').trim()
  return asked(server, { authorization: `Bearer ${token}` })
}

/** The file of a server that has all operations or, made just alike, `status` and no other. */
export async function serverWith(which) {
  const file = kept(`serve-${which}.cjs`)
  await build({
    stdin: { contents: `import { run } from './src/main-serve.ts'\nrun()`, resolveDir: root },
    outfile: file,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['better-sqlite3', 'bindings', '*/paper/index.ts', '*/e-invoice/index.ts'],
    define: { STINT_VERSION: '"bench"' },
    plugins: which === 'one' ? [onlyStatus] : [],
    logLevel: 'error',
    logOverride: { 'empty-import-meta': 'silent' },
  })
  return file
}

const onlyStatus = {
  name: 'only-status',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]tools[\\/]index\.ts$/ }, () => ({
      contents: `import { status } from './status.ts'\nexport const operations = [status]`,
      resolveDir: join(root, 'tools'),
    }))
  },
}

/** How it is asked for something, in bytes. */
export function asked({ child, port }, usual) {
  const head = (method, path, more) =>
    [
      `${method} ${path} HTTP/1.1`,
      `host: 127.0.0.1:${port}`,
      ...Object.entries({ ...usual, ...more }).map(([name, value]) => `${name}: ${value}`),
    ].join('\r\n')
  return {
    child,
    port,
    request(method, path, body, more = {}) {
      if (body === undefined) return `${head(method, path, more)}\r\n\r\n`
      const about = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...more }
      return `${head(method, path, about)}\r\n\r\n${body}`
    },
    async get(path) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: usual })
      const own = new Set([
        'date',
        'connection',
        'keep-alive',
        'content-length',
        'transfer-encoding',
        'x-request-id',
      ])
      const headers = Object.fromEntries([...response.headers].filter(([name]) => !own.has(name)))
      return { status: response.status, headers, body: await response.text() }
    },
    close: () => new Promise(resolve => child.on('close', resolve).kill()),
  }
}

/** A program that says on which port it listens. */
export function started(words, env, input = '') {
  const child = spawn(process.execPath, words, {
    env: environment({ NODE_ENV: 'production', ...env }),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', () => reject(new Error(`${words.join(' ')} ended.`)))
    let heard = ''
    child.stdout.on('data', chunk => {
      heard += String(chunk)
      const [, port] = /(?:127\.0\.0\.1:|^)(\d+)\n/.exec(heard) ?? []
      if (port !== undefined) resolve({ child, port: Number(port) })
    })
  })
}
