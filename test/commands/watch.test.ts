import { EventEmitter } from 'node:events'
import { describe, expect, test } from 'vitest'
import { openScreen, type Screen } from '../../src/cli/screen.ts'
import { watch } from '../../src/commands/watch.ts'
import { ownProgram } from './given.ts'

/** Somebody looks so many times and leaves; between two looks something happens. */
async function given(options: Parameters<typeof ownProgram>[0] = {}) {
  const around = await ownProgram(options)
  around.terminal.columns = 100
  const look = async (...between: (() => unknown)[]): Promise<string[]> => {
    const drawn: string[] = []
    const screen: Screen = {
      columns: () => 100,
      draw: text => void drawn.push(text),
      next: async () => {
        const happens = between.shift()
        await happens?.()
        return happens ? 'again' : 'leave'
      },
      close: () => void drawn.push('closed'),
    }
    await watch(around.program, { json: false }, () => screen)
    return drawn
  }
  return { ...around, look }
}

describe('watch', () => {
  test('shows what runs by kind, again and again, and leaves the terminal as it was', async () => {
    const { call, clock, look } = await given({ projects: ['Acme'] })
    await call('log_time', { project: 'acme', start: '07:00', duration: '1h' })
    await call('start_timer', { project: 'acme', description: 'Login' })
    clock.set('09:40')
    const drawn = await look(() => clock.pass(1))
    expect(drawn).toHaveLength(3)
    expect(drawn[0]).toMatch(/^stint 09:40 every 2 s, q leaves\n/)
    expect(drawn[0]).toMatch(/Acme +timer +running +0:40:00 +0:00:00 +0:00:00 +09:00 +Login\n/)
    expect(drawn[0]).toContain('Today 1h 00m, this week 1h 00m, without what runs.')
    expect(drawn[1]).toContain('0:41:00')
    expect(drawn[2]).toBe('closed')
  })

  test('tells what ended by itself, and how to rescue it', async () => {
    const { clock, look, told } = await given()
    told('prompt')
    clock.set('09:08')
    told('stop')
    clock.set('11:00')
    const [shown] = await look()
    expect(shown).toContain('Nothing is running.')
    expect(shown).toContain('stint keep acme, stint trim TIME acme or stint discard acme')
  })

  test('leaves the terminal as it was when something breaks', async () => {
    const { look, program } = await given()
    const drawn = look(() => {
      program.app.store = async () => {
        throw new Error('broken')
      }
    })
    await expect(drawn).rejects.toThrow()
  })

  test.each([
    ['into a pipe', undefined, 'xterm'],
    ['on a terminal that only writes lines', 100, 'dumb'],
  ])('says it once %s', async (_, columns, kind) => {
    const { program, terminal } = await given({ projects: ['Acme'] })
    terminal.columns = columns
    terminal.environment = { TERM: kind }
    const answer = await watch(program, { json: false }, () => {
      throw new Error('There is no screen.')
    })
    expect(answer?.page).toEqual(['Nothing is running.'])
  })
})

describe('the screen', () => {
  /** A terminal that remembers what was written. */
  const screenOn = () => {
    const written: string[] = []
    const stdin = Object.assign(new EventEmitter(), {
      isTTY: true,
      isRaw: false,
      setRawMode: (raw: boolean) => Object.assign(stdin, { isRaw: raw }),
      pause: () => stdin,
    })
    const stdout = Object.assign(new EventEmitter(), { columns: 80, rows: 3 })
    // as much of a process as a screen needs
    const around = { stdin, stdout } as unknown as Pick<NodeJS.Process, 'stdin' | 'stdout'>
    return { written, stdin, stdout, screen: openScreen(around, text => void written.push(text)) }
  }

  test('draws in place, no more lines than it has, and gives all back', () => {
    const { screen, stdin, written } = screenOn()
    expect(stdin.isRaw).toBe(true)
    screen.draw('a\nb\nc\nd\n')
    expect(written.at(-1)).toBe(
      '\u001b[?2026h\u001b[Ha\u001b[K\r\nb\u001b[K\r\nc\u001b[K\u001b[J\u001b[?2026l',
    )
    screen.close()
    screen.close()
    expect(stdin.isRaw).toBe(false)
    expect(written.filter(text => text.endsWith('\u001b[?1049l'))).toHaveLength(1)
    expect(stdin.listenerCount('data')).toBe(0)
  })

  test.each([
    ['q', 'leave'],
    ['\u0003', 'leave'],
    ['x', 'again'],
    ['\u001b[A', 'again'],
    ['\u001bOq', 'again'],
  ])('is asked by the key %j to go on or to end', async (key, wanted) => {
    const { screen, stdin } = screenOn()
    const next = screen.next(60_000)
    stdin.emit('data', Buffer.from(key))
    expect(await next).toBe(wanted)
    screen.close()
  })

  test('is drawn anew when it changes its size; a key pressed while drawing is not forgotten', async () => {
    const { screen, stdin, stdout } = screenOn()
    const next = screen.next(60_000)
    stdout.emit('resize')
    expect(await next).toBe('again')
    stdin.emit('data', Buffer.from('q'))
    expect(await screen.next(60_000)).toBe('leave')
    screen.close()
  })
})
