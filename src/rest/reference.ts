import { examples } from './examples.ts'
import { openApi } from './openapi.ts'
import { prefix, type Route } from './routes.ts'
import { yaml } from './yaml.ts'

interface Exchange {
  outgoing: { setHeader(name: string, value: string): unknown }
  query: URLSearchParams
}

const methods = ['GET', 'HEAD', 'OPTIONS']

/** The description of the API, for programs and for people. It tells nothing of anybody, and asks nobody for a token. */
export function referenceOf(routes: readonly Route[], version: string, reader: () => Uint8Array) {
  let made: object | undefined
  const described = (): object => (made ??= openApi(routes, version, examples))
  return {
    [`${prefix}/openapi.json`]: {
      methods,
      show: ({ query }: Exchange) =>
        query.get('format') === 'yaml'
          ? text(yaml(described()), 'application/yaml')
          : text(JSON.stringify(described()), 'application/json'),
    },
    [`${prefix}/docs`]: { methods, show: inPage(page, 'text/html') },
    [`${prefix}/docs/start.js`]: { methods, show: inPage(start, 'text/javascript') },
    [`${prefix}/docs/reference.js`]: {
      methods,
      show: () => text(new Uint8Array(reader()), 'text/javascript'),
    },
  }
}

/** The reader writes its styles into the page; nothing comes from elsewhere, and nothing goes there. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const inPage = (content: string, type: string) => (exchange: Exchange) => {
  exchange.outgoing.setHeader('Content-Security-Policy', policy)
  return text(content, type)
}

const text = (content: string | Uint8Array<ArrayBuffer>, type: string): Response =>
  new Response(content, {
    headers: { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-cache' },
  })

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="icon" href="data:,">
    <title>stint: API</title>
  </head>
  <body>
    <div id="app"></div>
    <script src="${prefix}/docs/reference.js"></script>
    <script src="${prefix}/docs/start.js"></script>
  </body>
</html>
`

const start = `Scalar.createApiReference('#app', {
  url: '${prefix}/openapi.json',
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: 'never',
  proxyUrl: '',
})
`
