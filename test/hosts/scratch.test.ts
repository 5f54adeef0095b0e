import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'vitest'
import { anthropic } from './anthropic.ts'
import { machineWithClaudeCode, startClaude } from './claude-code.ts'
import { Model, type Step } from './model.ts'
import { enter } from './terminal.ts'

const say = (text: string, after = 100): Step => ({ after, say: text })
test('race', async () => {
  const { folder, machine } = await machineWithClaudeCode()
  const steps: Step[] = []
  for (let i = 0; i < 12; i++) steps.push({ after: 100, call: 'Bash', with: { command: `touch made${i}` } })
  const model = await Model.open(anthropic, ...steps, say('It is made.'))
  const claude = await startClaude(machine, folder, model, '--permission-mode', 'default')
  await sleep(1000)
  const busy = [1, 2, 3, 4].map(() => spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' }))
  try {
    await claude.enter('make it')
    for (let i = 0; i < 12; i++) {
      await claude.shows('Do you want to proceed?')
      await sleep(1500)
      claude.press(enter)
    }
    await claude.shows('It is made.')
  } finally {
    for (const b of busy) b.kill('SIGKILL')
  }
  await sleep(500)
  await claude.kill()
  await sleep(500)
  await machine.stint('status')
}, 200_000)
