import { Console } from 'node:console'

const lookEvery = 30_000

/** Standard output belongs to the protocol: the first stray line on it makes some hosts give up. */
export function keepOutputClean(): void {
  globalThis.console = new Console(process.stderr, process.stderr)
  // a host that closed it does not read what we log
  process.stderr.on('error', () => {})
}

/**
 * Settles when nobody is there to serve. Hosts end in many ways: some close the pipe, some send a signal, some
 * vanish and leave the pipe open in another process, so the parent is looked after too.
 */
export function hostGone(): Promise<string> {
  return new Promise(resolve => {
    for (const event of ['end', 'close', 'error']) process.stdin.once(event, () => resolve(`stdin ${event}`))
    // stays attached: writing to a closed pipe says so again and again
    process.stdout.on('error', () => resolve('stdout error'))
    for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(signal))
    const parent = process.ppid
    const look = setInterval(() => {
      if (process.ppid === parent) return
      clearInterval(look)
      resolve('parent gone')
    }, lookEvery)
    look.unref()
  })
}
