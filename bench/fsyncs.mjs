import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Host } from './host.mjs'
import { environment, floors, has, program, temporaryFolder } from './measure.mjs'

/** Starts servers whose calls to the disk are counted, by whatever this machine has for it. */
export function countFsyncs() {
  if (has('strace')) return byStrace()
  if (has('cc')) return byPreload()
  return undefined
}

function byStrace() {
  const log = join(temporaryFolder(), 'fsyncs')
  const words = ['-f', '-q', '-e', 'trace=fsync,fdatasync', '-e', 'signal=none', '-o', log, process.execPath]
  return {
    by: 'strace',
    stint: (home, more) =>
      new Host([...words, ...more, program, 'mcp'], {
        era: 2025,
        env: environment({ STINT_HOME: home }),
        command: 'strace',
      }),
    count: () =>
      linesOf(log).filter(line => /f(data)?sync(\(| resumed)/.test(line) && line.includes('= ')).length,
  }
}

function byPreload() {
  const folder = temporaryFolder()
  const library = join(folder, 'count-fsyncs.so')
  const log = join(folder, 'fsyncs')
  const made = spawnSync('cc', ['-shared', '-fPIC', '-o', library, `${floors}/count-fsyncs.c`, '-ldl'])
  if (made.status !== 0) return undefined
  return {
    by: 'a preloaded counter',
    stint: (home, more) =>
      new Host([...more, program, 'mcp'], {
        era: 2025,
        env: environment({ STINT_HOME: home, LD_PRELOAD: library, COUNT_FSYNCS: log }),
      }),
    count: () => linesOf(log).length,
  }
}

const linesOf = file => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [])
