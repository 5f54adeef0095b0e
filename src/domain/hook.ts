import { type Fields, text } from './hook-fields.ts'
import { type HookHost, hostOf, type Surroundings } from './hook-host.ts'

/** What a hook leaves in the spool: a signal without its id. Never a prompt, a tool's input or output, or an answer. */
export interface HookSignal {
  at: number
  host: HookHost
  host_session: string
  directory: string
  kind: 'start' | 'prompt' | 'work' | 'wait' | 'stop' | 'notice' | 'end'
  turn?: string
  tool?: { id: string; open: boolean }
  /** How long a tool that closes ran, without the time that the host asked whether it may. */
  ran_ms?: number
  attended: boolean
  reason?: string
  event: string
  /** Two configurations of one host report the same fact with the same key, within about two seconds. */
  dedupe: string
  model?: string
  tokens?: Record<string, number>
}

/** What the host's event means, or null when it means nothing. */
export function hookSignal(fields: Fields, around: Surroundings): HookSignal | null {
  const event = eventName(fields)
  const meaning = meaningOf(event, fields)
  if (!meaning) return null

  const host = hostOf(fields, event, around)
  const directory = directoryOf(fields, host, around)
  const hostSession =
    id(fields, 'conversation_id', 'session_id', 'sessionId', 'trajectory_id') ?? `directory:${directory}`
  const turn = id(fields, 'prompt_id', 'turn_id', 'generation_id', 'execution_id')
  const isTool = meaning === 'open' || meaning === 'close'
  // two questions, one right after the other, are told apart by what they ask for
  const toolId = isTool || meaning === 'wait' ? toolIdOf(fields) : undefined
  const ran = meaning === 'close' ? ranOf(fields) : undefined
  const reason = word(
    fields,
    'reason',
    'source',
    'status',
    'notification_type',
    'notificationType',
    'trigger',
  )
  const model = id(fields, 'model', 'model_name')
  const tokens = tokensOf(fields)
  const fact = meaning === 'work' ? event : meaning

  return {
    at: around.at,
    host,
    host_session: hostSession,
    directory,
    kind: isTool ? 'work' : meaning,
    ...(turn !== undefined && { turn }),
    ...(toolId !== undefined && { tool: { id: toolId, open: meaning !== 'close' } }),
    ...(ran !== undefined && { ran_ms: ran }),
    attended: isAttended(fields, host, around),
    ...(reason !== undefined && { reason }),
    event,
    dedupe: [host, hostSession, simple(fact), turn ?? '', toolId ?? ''].join('|'),
    ...(model !== undefined && { model }),
    ...(tokens && { tokens }),
  }
}

/** The kind of the signal; or a tool begins or ends, which is work. */
type Meaning = HookSignal['kind'] | 'open' | 'close'

/** Every event of every host that says something, without case and underscores. All others write nothing. */
const meanings: Readonly<Record<string, Meaning>> = {
  sessionstart: 'start',

  userpromptsubmit: 'prompt',
  userpromptsubmitted: 'prompt',
  beforesubmitprompt: 'prompt',
  beforeagent: 'prompt',
  preuserprompt: 'prompt',

  pretooluse: 'open',
  beforetool: 'open',
  preruncommand: 'open',
  posttooluse: 'close',
  posttoolusefailure: 'close',
  permissiondenied: 'close',
  aftertool: 'close',
  postruncommand: 'close',

  posttoolbatch: 'work',
  subagentstart: 'work',
  subagentstop: 'work',
  taskcreated: 'work',
  taskcompleted: 'work',
  precompact: 'work',
  postcompact: 'work',
  precompress: 'work',
  elicitationresult: 'work',
  beforemodel: 'work',
  beforeshellexecution: 'work',
  aftershellexecution: 'work',
  beforemcpexecution: 'work',
  aftermcpexecution: 'work',
  beforereadfile: 'work',
  afterfileedit: 'work',
  afteragentthought: 'work',
  afteragentresponse: 'work',
  prereadcode: 'work',
  postreadcode: 'work',
  prewritecode: 'work',
  postwritecode: 'work',
  premcptooluse: 'work',
  postmcptooluse: 'work',
  erroroccurred: 'work',

  permissionrequest: 'wait',
  elicitation: 'wait',
  notification: 'notice',

  stop: 'stop',
  stopfailure: 'stop',
  agentstop: 'stop',
  afteragent: 'stop',
  postcascaderesponse: 'stop',
  postcascaderesponsewithtranscript: 'stop',

  sessionend: 'end',
}

/** Tools that are a question to the person: while one is open it is not the agent who works. */
const questions = new Set([
  'askuserquestion',
  'exitplanmode',
  'askuser',
  'requestuserinput',
  'askquestion',
  'askquestions',
])

function meaningOf(event: string, fields: Fields): Meaning | null {
  const key = simple(event)
  const meaning = Object.hasOwn(meanings, key) ? meanings[key] : undefined
  if (!meaning) return null
  if (meaning === 'open' && isQuestion(fields)) return 'wait'
  // Gemini CLI has no other sign that it asks for permission.
  if (key === 'notification' && text(fields, 'notification_type') === 'ToolPermission') return 'wait'
  return meaning
}

const isQuestion = (fields: Fields): boolean =>
  questions.has(simple(text(fields, 'tool_name', 'toolName') ?? ''))

/** A question "runs" until it is answered. */
function ranOf(fields: Fields): number | undefined {
  const ran = fields.get('duration_ms')
  return typeof ran === 'number' && ran >= 0 && !isQuestion(fields) ? Math.round(ran) : undefined
}

function eventName(fields: Fields): string {
  const named = word(fields, 'hook_event_name', 'hookEventName', 'agent_action_name')
  return named ?? unnamedEvent(fields)
}

/** Copilot CLI's own payloads say what happened, not what it is called. */
function unnamedEvent(fields: Fields): string {
  if (fields.has('toolResult')) return 'postToolUse'
  if (fields.has('toolName')) return fields.has('error') ? 'postToolUseFailure' : 'preToolUse'
  if (fields.has('prompt')) return 'userPromptSubmitted'
  if (fields.has('stopReason')) return 'agentStop'
  if (fields.has('error')) return 'errorOccurred'
  if (fields.has('source') || fields.has('initialPrompt')) return 'sessionStart'
  return fields.has('reason') ? 'sessionEnd' : ''
}

/** The folder the session belongs to; a tool may have moved `cwd` elsewhere. */
function directoryOf(fields: Fields, host: HookHost, { env, workingDirectory }: Surroundings): string {
  const cwd = text(fields, 'cwd')
  const root = text(fields, 'workspace_roots', 'workspaceRoots')
  const claimed: Record<HookHost, (string | undefined)[]> = {
    'claude-code': [env.CLAUDE_PROJECT_DIR, cwd],
    cursor: [env.CURSOR_PROJECT_DIR, root, env.CLAUDE_PROJECT_DIR, cwd],
    gemini: [env.GEMINI_PROJECT_DIR, cwd],
    codex: [cwd],
    windsurf: [root, cwd],
    vscode: [root, cwd, env.CLAUDE_PROJECT_DIR],
    copilot: [root, cwd, env.CLAUDE_PROJECT_DIR],
    unknown: [root, cwd, env.CLAUDE_PROJECT_DIR],
  }
  // Cursor on Windows writes `/c:/work`.
  const paths = claimed[host].map(path => path?.replace(/^\/(?=[A-Za-z]:)/, ''))
  return paths.find(path => path !== undefined && /^(\/|\\\\|[A-Za-z]:[\\/])/.test(path)) ?? workingDirectory
}

function isAttended(fields: Fields, host: HookHost, around: Surroundings): boolean {
  if (fields.get('is_background_agent') === true) return false
  const origin = text(fields, 'turn_origin', 'turnOrigin')
  if (origin !== undefined && origin !== 'human') return false
  if (host === 'codex') return !isCodexAlone(fields, around)
  // Other programs that Claude Code starts inherit its environment; it says nothing about them.
  if (host !== 'claude-code') return true
  const attended = around.env.CLAUDE_CODE_SESSION_ATTENDED
  return attended ? attended !== '0' : !around.env.CLAUDE_CODE_ENTRYPOINT?.startsWith('sdk')
}

/** `codex exec` and `codex mcp-server` say so nowhere but at the top of their log. */
function isCodexAlone(fields: Fields, { beginningOf }: Surroundings): boolean {
  const log = text(fields, 'transcript_path')
  return log !== undefined && /"source":"(exec|mcp)"/.test(beginningOf?.(log) ?? '')
}

/** Hosts that do not number their tool calls: the mark of what was asked is the same at both ends. */
function toolIdOf(fields: Fields): string | undefined {
  const given = id(fields, 'tool_use_id', 'toolUseId', 'tool_call_id', 'toolCallId')
  return given ?? text(fields, 'tool_input', 'toolInput', 'toolArgs', 'tool_info')
}

function tokensOf(fields: Fields): Record<string, number> | undefined {
  const names = ['input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_write_tokens']
  const counts = names.flatMap(name => {
    const count = fields.get(name)
    return typeof count === 'number' && count >= 0 ? [[name, count] as const] : []
  })
  return counts.length > 0 ? Object.fromEntries(counts) : undefined
}

/** Names of things are short and in one line; whatever else stands there is not ours to keep. */
function id(fields: Fields, ...names: string[]): string | undefined {
  return first(fields, names, 200, /^[\w.:@/+~()[\] -]+$/)
}

/** A word from a list of the host's; a sentence there may be somebody's text. */
function word(fields: Fields, ...names: string[]): string | undefined {
  return first(fields, names, 60, /^[\w-]+$/)
}

function first(fields: Fields, names: readonly string[], longest: number, form: RegExp): string | undefined {
  for (const name of names) {
    const value = text(fields, name)
    if (value !== undefined && value.length <= longest && form.test(value)) return value
  }
  return undefined
}

function simple(name: string): string {
  return name.replaceAll('_', '').toLowerCase()
}
