import { deepStrictEqual } from 'node:assert'
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectName, stintIn, word } from './database.mjs'
import {
  ccusage,
  ccusageProgram,
  environment,
  processTime,
  program,
  rounds,
  temporaryFolder,
} from './measure.mjs'
import { compared, counted, skipped } from './table.mjs'

/** Sessions of the past from the logs of Claude Code, the whole process, beside who only adds up their tokens. */
export async function run({ quick }) {
  const logs = temporaryFolder()
  const sessions = quick ? 20 : 200
  const megabytes = writeLogs(logs, sessions) / 1e6
  const what = `import transcripts, ${sessions} sessions`
  const env = environment({ CLAUDE_CONFIG_DIR: logs })
  const words = ['import', 'transcripts', '--host', 'claude-code', '--yes']
  const into = home =>
    processTime(process.execPath, [program, ...words], { env: { ...env, STINT_HOME: home } })
  const known = temporaryFolder()
  into(known)
  const size = counted({ what: `the logs of ${sessions} sessions`, count: megabytes, unit: 'MB' })
  if (!ccusage()) {
    const why =
      'ccusage is not installed: npm install --prefix node_modules/.cache/stint-bench/peers ccusage@18'
    return [size, skipped(what, why)]
  }
  const daily = ['daily', '--json', '--offline']
  deepStrictEqual(tokensOfStint(known), tokensOfCcusage(daily, env))
  const samples = await rounds(quick ? 1 : 7, {
    first: () => into(temporaryFolder()),
    again: () => into(known),
    theirs: () => processTime(ccusageProgram(), daily, { env }),
  })
  const beside = { beside: 'ccusage daily', theirs: samples.theirs, unit: 'ms' }
  return [
    size,
    compared({ what, ours: samples.first, ...beside }),
    compared({ what: `${what}, nothing new`, ours: samples.again, ...beside }),
  ]
}

function tokensOfStint(home) {
  const { totals } = JSON.parse(stintIn(home, 'usage', 'all_time', '--json'))
  const { cache_read, cache_write, input, output } = totals.tokens
  return [input, output, cache_write, cache_read]
}

function tokensOfCcusage(words, env) {
  const { totals } = JSON.parse(execFileSync(ccusageProgram(), words, { env }))
  return [totals.inputTokens, totals.outputTokens, totals.cacheCreationTokens, totals.cacheReadTokens]
}

const turns = 10
const toolsInTurn = 12
const folders = 10

/** One session after the other, each of about an hour: prompts, and after each a dozen tools and what they answered. */
function writeLogs(folder, sessions) {
  let bytes = 0
  for (let number = 0; number < sessions; number++) {
    const session = sessionOf(number, sessions)
    const text = `${session.lines.map(line => JSON.stringify(line)).join('\n')}\n`
    const place = join(folder, 'projects', session.cwd.replaceAll('/', '-'))
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, `${session.id}.jsonl`), text)
    bytes += text.length
  }
  return bytes
}

function sessionOf(number, sessions) {
  const id = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
  const cwd = `/home/ada/${projectName(number % folders).replaceAll(' ', '-')}`
  let at = Date.now() - (sessions - number + 1) * 7_200_000
  const lines = []
  const add = (type, message, more) =>
    lines.push({
      parentUuid: null,
      isSidechain: false,
      type,
      message,
      uuid: `${id}-${lines.length}`,
      timestamp: new Date((at += 12_000)).toISOString(),
      entrypoint: 'cli',
      cwd,
      sessionId: id,
      version: '2.1.328',
      ...more,
    })
  for (let turn = 0; turn < turns; turn++) {
    add(
      'user',
      { role: 'user', content: textOf(turn, 40) },
      { promptId: `${id}-${turn}`, turnOrigin: 'human' },
    )
    for (let tool = 0; tool < toolsInTurn; tool++) {
      const name = `toolu_${number}_${turn}_${tool}`
      const call = { type: 'tool_use', id: name, name: 'Bash', input: { command: textOf(tool, 60) } }
      add('assistant', answer(`${name}_m`, call, 'tool_use', tool), { requestId: `req_${name}` })
      const result = { type: 'tool_result', tool_use_id: name, content: textOf(tool, 600) }
      add('user', { role: 'user', content: [result] }, { toolUseResult: { stdout: result.content } })
    }
    const name = `${number}_${turn}`
    const said = { type: 'text', text: textOf(turn, 100) }
    add('assistant', answer(`msg_${name}`, said, 'end_turn', turn), { requestId: `req_${name}` })
  }
  return { id, cwd, lines }
}

const answer = (id, block, stop_reason, at) => ({
  id,
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
  content: [block],
  stop_reason,
  usage: {
    input_tokens: 10 + at,
    output_tokens: 200 + at,
    cache_creation_input_tokens: 1500,
    cache_read_input_tokens: 40_000 + at,
  },
})

const textOf = (at, words) => Array.from({ length: words }, (_, place) => word(at + place)).join(' ')
