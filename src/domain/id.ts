const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

export type Prefix =
  | 'wsp'
  | 'mem'
  | 'cli'
  | 'prj'
  | 'tsk'
  | 'tmr'
  | 'ses'
  | 'sig'
  | 'ent'
  | 'evt'
  | 'cal'
  | 'con'
  | 'whk'
  | 'dlv'
  | 'tok'
  | 'req'
  | 'rat'
  | 'inv'
  | 'lin'
  | 'pay'
  | 'exp'
  | 'ivt'
export type NewId = (prefix: Prefix, now: number) => string

/**
 * Ids sort by the time they were made: ten characters of milliseconds, ten of chance. Within one process
 * they always rise, also in one millisecond and when the clock goes back.
 */
export function idMaker(random: (bytes: number) => Uint8Array): NewId {
  let time = 0
  let chance: number[] = []
  return (prefix, now) => {
    if (now > time) {
      time = now
      chance = Array.from(random(10), byte => byte & 31)
    } else {
      increase(chance)
    }
    return `${prefix}_${timeText(time)}${chance.map(digit => alphabet[digit]).join('')}`
  }
}

function timeText(ms: number): string {
  let text = ''
  for (let rest = ms, place = 0; place < 10; place++, rest = Math.floor(rest / 32)) {
    text = alphabet[rest % 32] + text
  }
  return text
}

function increase(digits: number[]): void {
  for (let place = digits.length - 1; place >= 0; place--) {
    const next = ((digits[place] ?? 0) + 1) % 32
    digits[place] = next
    if (next !== 0) return
  }
}

export const isId = (text: string, prefix: Prefix): boolean =>
  text.length === prefix.length + 21 && text.startsWith(`${prefix}_`)
