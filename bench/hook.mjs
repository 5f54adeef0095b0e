import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { environment, hook, processTime, rounds, temporaryFolder } from './measure.mjs'
import { compared } from './table.mjs'

/** What a hook adds to every prompt and every tool call of an assistant. */
export async function run({ quick }) {
  const home = temporaryFolder()
  hookProcess(home)
  if (readdirSync(join(home, 'spool')).length !== 1) throw new Error('The hook left no signal.')

  const samples = await rounds(quick ? 15 : 81, {
    hook: () => hookProcess(home),
    node: () => processTime(process.execPath, ['-e', '0'], { input }),
  })
  return [
    compared({
      what: 'a hook after a tool call, 6 kB, whole process',
      ours: samples.hook,
      beside: 'node -e 0',
      theirs: samples.node,
      unit: 'ms',
      goal: 1.1,
    }),
  ]
}

export const hookProcess = home =>
  processTime(process.execPath, [hook, '--host', 'claude-code'], {
    input,
    env: environment({ STINT_HOME: home, CLAUDE_CODE_SESSION_ATTENDED: '1' }),
  })

/** As Claude Code reports that a file was edited. */
function payload() {
  const code = "export const answer = () => 'forty-two' // and so on\n".repeat(50)
  return JSON.stringify({
    session_id: '5a0c3f2e-7d0b-4a51-9a64-0c6f6d0a3c11',
    transcript_path: '/home/ada/.claude/projects/-home-ada-acme/5a0c3f2e-7d0b-4a51-9a64-0c6f6d0a3c11.jsonl',
    cwd: '/home/ada/acme',
    prompt_id: '0d4b8a55-2f1c-4b7e-8a0e-7b8f4f6d2a90',
    permission_mode: 'acceptEdits',
    hook_event_name: 'PostToolUse',
    tool_name: 'Edit',
    tool_input: { file_path: '/home/ada/acme/src/answer.ts', old_string: code, new_string: code },
    tool_response: { filePath: '/home/ada/acme/src/answer.ts', success: true },
    tool_use_id: 'toolu_01QmV8n4Zc7cXoVfTqk2B9Rp',
    duration_ms: 41,
  })
}

const input = payload()
