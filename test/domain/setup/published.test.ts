import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { claudeHooks } from '../../../src/domain/setup/hooks.ts'
import { cursorLink, vscodeLink } from '../../../src/domain/setup/link.ts'

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
const { name, version } = json('package.json')

test('the plugin has the hooks that setup writes', () => {
  const { handlers } = claudeHooks({ platform: 'linux', node: '', stint: '', hook: '' })
  const command = 'stint-hook --host claude-code'
  const hooks = Object.entries(handlers).map(([event, handler]) => [
    event,
    [{ hooks: [{ ...handler, command }] }],
  ])
  expect(json('plugin/hooks/hooks.json').hooks).toEqual(Object.fromEntries(hooks))
})

test('the plugin and the registry name this version, and programs that there are', () => {
  expect(json('plugin/.claude-plugin/plugin.json')).toMatchObject({ name, version })
  expect(json('.claude-plugin/marketplace.json').plugins).toMatchObject([{ name, source: './plugin' }])
  expect(json('server.json')).toMatchObject({ version, packages: [{ identifier: name, version }] })
  expect(Object.keys(json('package.json').bin)).toEqual([
    json('plugin/.mcp.json').mcpServers.stint.command,
    'stint-hook',
  ])
})

test('the links of the README hold the server of the example', () => {
  const readme = readFileSync('README.md', 'utf8')
  const server = json('mcp.json.example').mcpServers.stint
  expect(readme).toContain(`(${cursorLink(server)})`)
  expect(readme).toContain(`(${vscodeLink(server)})`)
})
