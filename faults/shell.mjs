import { spawn } from 'node:child_process'
import { environment, hook, program } from '../bench/measure.mjs'

/** A command of `stint`, started; `done` settles when it ended and all it said was read. */
export const stint = (home, words, { before = [] } = {}) =>
  started([...before, process.execPath, program, ...words], home)

export const stintHook = (home, payload, { before = [] } = {}) =>
  started([...before, process.execPath, hook, '--host', 'claude-code'], home, JSON.stringify(payload))

function started([command, ...words], home, input) {
  const began = performance.now()
  const child = spawn(command, words, {
    env: environment({ STINT_HOME: home }),
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr']) {
    child[stream].setEncoding('utf8')
    child[stream].on('data', chunk => (said[stream] += chunk))
  }
  child.stdin?.on('error', () => {})
  child.stdin?.end(input)
  const done = new Promise(resolve => {
    child.on('close', (code, signal) =>
      resolve({ code, signal, ms: performance.now() - began, output: parsed(said.stdout), ...said }),
    )
  })
  return { done, kill: (signal = 'SIGKILL') => child.kill(signal) }
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
