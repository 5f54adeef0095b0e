/** The whole terminal, drawn again and again in the same place, until somebody leaves. */
export interface Screen {
  columns(): number
  draw(text: string): void
  /** Waits; less long when a key is pressed, or the terminal has another size. */
  next(milliseconds: number): Promise<'again' | 'leave'>
  /** The terminal as it was before. */
  close(): void
}

const escape = '\u001b['
// a screen of its own, no cursor, and lines that are too long end at the edge
const enter = `${escape}?1049h${escape}?25l${escape}?7l`
const leave = `${escape}?7h${escape}?25h${escape}?1049l`
// terminals that know it show all at once what stands between the two
const beginDrawing = `${escape}?2026h${escape}H`
const endDrawing = `${escape}J${escape}?2026l`
const restOfLine = `${escape}K`

// Ctrl-C and Ctrl-D
const leavingKeys = ['q', 'Q', '\u0003', '\u0004']
const leavingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export function openScreen(
  { stdin, stdout }: Pick<NodeJS.Process, 'stdin' | 'stdout'>,
  print: (text: string) => void,
): Screen {
  let isLeft = false
  let isOpen = true
  let wake: (() => void) | undefined

  const look = (): void => wake?.()
  const go = (): void => {
    isLeft = true
    wake?.()
  }
  const press = (keys: Buffer): void => (isLeaving(keys.toString()) ? go() : look())
  const close = (): void => {
    if (!isOpen) return
    isOpen = false
    if (stdin.isTTY) stdin.setRawMode(false)
    stdin.off('data', press).pause()
    stdout.off('resize', look)
    for (const signal of leavingSignals) process.off(signal, go)
    process.off('exit', close)
    print(leave)
  }

  print(enter)
  if (stdin.isTTY) stdin.setRawMode(true).on('data', press)
  stdout.on('resize', look)
  for (const signal of leavingSignals) process.on(signal, go)
  process.on('exit', close)

  return {
    columns: () => stdout.columns || 80,
    draw(text) {
      const lines = text
        .trimEnd()
        .split('\n')
        .slice(0, stdout.rows || 24)
      print(beginDrawing + lines.map(line => line + restOfLine).join('\r\n') + endDrawing)
    },
    next(milliseconds) {
      return new Promise(resolve => {
        const done = (): void => {
          clearTimeout(timer)
          wake = undefined
          resolve(isLeft ? 'leave' : 'again')
        }
        const timer = setTimeout(done, milliseconds)
        wake = done
        if (isLeft) done()
      })
    },
    close,
  }
}

/** An arrow and the like begin with an escape; whatever letters follow, they were not typed. */
const isLeaving = (keys: string): boolean =>
  !keys.startsWith('\u001b') && leavingKeys.some(key => keys.includes(key))
