import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { homeFolder } from './domain/home.ts'
import { type HookSignal, hookSignal } from './domain/hook.ts'
import { FieldReader } from './domain/hook-fields.ts'

// Hosts wait for their hooks, show what these print to the model, and take a failure for a refusal.
// So: as little as possible, silently, and always a success.

const deadline = 1000
const mostBytes = 64 * 1024 * 1024
const chunkBytes = 64 * 1024

const began = Date.now()
// Node takes its time to be there, and how much differs from hook to hook.
const started = began - Math.round(process.uptime() * 1000)
const reader = new FieldReader()

process.exitCode = 0
process.on('uncaughtException', () => process.exit(0))

if (readAtOnce()) leaveSignal()
else readAsItComes()

/** True when there is nothing more to wait for; false when waiting needs the event loop, 3 ms dearer to start. */
function readAtOnce(): boolean {
  const input = fstatSync(0)
  if (!input.isFile() && !input.isFIFO() && !input.isSocket()) return true
  if (!input.isFile() && !stopBlocking()) return false

  const chunk = Buffer.allocUnsafeSlow(chunkBytes)
  for (let bytes = 0; bytes < mostBytes; ) {
    // a machine that stood still for the time we have may have given us all of it: looked at before the read
    const isLast = Date.now() - began >= deadline
    const length = readChunk(chunk)
    if (length === 0) break
    if (length === null && isLast) break
    if (length === null) sleep(2)
    else if (reader.read(chunk.toString('latin1', 0, length)) || isLast) break
    bytes += length ?? 0
  }
  return true
}

/** Null: nothing there yet. */
function readChunk(chunk: Buffer): number | null {
  try {
    return readSync(0, chunk)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return null
    return 0
  }
}

/**
 * A blocking read of a pipe that stays open and silent would never come back. Node has no public way to make one
 * that does not block without loading its whole stream library; where this one is missing, that is what we do.
 */
function stopBlocking(): boolean {
  if (process.platform === 'win32') return false
  try {
    process.noDeprecation = true
    const { Pipe, constants } = process.binding('pipe_wrap')
    return !new Pipe(constants.SOCKET).open(0)
  } catch {
    return false
  }
}

declare global {
  namespace NodeJS {
    /** What Node's own streams are made of; its types leave it out. */
    interface Process {
      binding(name: 'pipe_wrap'): {
        Pipe: new (type: number) => { open(fd: number): number | undefined }
        constants: { SOCKET: number }
      }
    }
  }
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

function readAsItComes(): void {
  let bytes = 0
  process.stdin.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (reader.read(chunk.toString('latin1')) || bytes >= mostBytes) finish()
  })
  process.stdin.on('end', finish)
  process.stdin.on('error', finish)
  // what came while the machine stood still is read after its timers
  setTimeout(() => setImmediate(finish), deadline)
}

function finish(): void {
  leaveSignal()
  process.exit(0)
}

function leaveSignal(): void {
  const around = {
    at: started,
    env: process.env,
    host: option('--host'),
    workingDirectory: workingDirectory(),
    beginningOf,
  }
  const signal = hookSignal(reader.fields, around)
  if (signal)
    spool(signal, `${option('--home') ?? homeFolder(process.env, process.platform, homedir())}/spool`)
}

/** It may have been deleted meanwhile. */
function workingDirectory(): string {
  try {
    return process.cwd()
  } catch {
    return homedir()
  }
}

/** What kind of session it is stands there, before anything that somebody wrote. */
function beginningOf(log: string): string {
  try {
    const file = openSync(log, 'r')
    const bytes = Buffer.allocUnsafeSlow(4096)
    const length = readSync(file, bytes)
    closeSync(file)
    return bytes.toString('latin1', 0, length)
  } catch {
    return ''
  }
}

/** Loading what asks the system takes longer than all that a hook does with its answer. */
function homedir(): string {
  const told = process.platform === 'win32' ? process.env.USERPROFILE : process.env.HOME
  return told || process.getBuiltinModule('node:os').homedir()
}

function option(name: string): string | undefined {
  const place = process.argv.indexOf(name)
  return place === -1 ? undefined : process.argv[place + 1] || undefined
}

/** Under a temporary name first: whoever takes the spool in sees whole files only. */
function spool(signal: HookSignal, folder: string): void {
  const name = `${signal.at}-${Math.random().toString(36).slice(2, 12)}${process.pid.toString(36)}.json`
  const temporary = `${folder}/.${name}`
  const file = openIn(folder, temporary)
  try {
    writeSync(file, JSON.stringify(signal))
    closeSync(file)
    renameSync(temporary, `${folder}/${name}`)
  } catch {
    unlinkSync(temporary)
  }
}

function openIn(folder: string, path: string): number {
  try {
    return openSync(path, 'wx', 0o600)
  } catch {
    makeFolder(folder)
    return openSync(path, 'wx', 0o600)
  }
}

/** Not Node's `recursive`: where a folder takes no folders, as /proc, that tries for ever. */
function makeFolder(folder: string): void {
  const steps = folder.split(/(?=[\\/])/)
  steps.forEach((_, at) => {
    try {
      mkdirSync(steps.slice(0, at + 1).join(''), { mode: 0o700 })
    } catch {
      // it is there; or it cannot be, and then the file cannot either
    }
  })
}
