/** Whether an address is one that everybody reaches: not this machine, not its network, nothing reserved. */
export function isPublicAddress(address: string): boolean {
  const four = fourOf(address)
  if (four !== undefined) return !notPublic.some(({ bits, net }) => isIn(four, net, bits))
  const six = sixOf(address)
  return six !== undefined && isPublicSix(six)
}

export function isLoopbackAddress(address: string): boolean {
  const four = fourOf(address)
  if (four !== undefined) return isIn(four, number4(127, 0, 0, 0), 8)
  return sixOf(address)?.join() === '0,0,0,0,0,0,0,1'
}

/** An address as it is written, and not a name. */
export const isAddress = (text: string): boolean => fourOf(text) !== undefined || sixOf(text) !== undefined

/** The special networks of IPv4 as IANA lists them. */
const notPublic = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
].map(network => {
  const [address = '', bits] = network.split('/')
  return { net: fourOf(address) ?? 0, bits: Number(bits) }
})

/**
 * Of IPv6 only what is given out to the world, without what carries an IPv4 address in it (2001::/32 and 2002::/16; the
 * mapped and translated ones lie outside of it anyway) and without examples.
 */
function isPublicSix([first = 0, second = 0]: readonly number[]): boolean {
  if (first < 0x2000 || first > 0x3fff) return false
  if (first === 0x2001 && (second < 0x0200 || second === 0x0db8)) return false
  return first !== 0x2002 && !(first === 0x3fff && second < 0x1000)
}

function fourOf(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number)
  if (!parts || parts.some(part => part > 255)) return undefined
  const [a = 0, b = 0, c = 0, d = 0] = parts
  return number4(a, b, c, d)
}

function number4(a: number, b: number, c: number, d: number): number {
  return ((a * 256 + b) * 256 + c) * 256 + d
}

const isIn = (address: number, net: number, bits: number): boolean =>
  Math.floor(address / 2 ** (32 - bits)) === Math.floor(net / 2 ** (32 - bits))

/** Its eight groups. The parser of URLs knows all ways to write them, and makes one of them. */
function sixOf(text: string): number[] | undefined {
  if (!text.includes(':') || !URL.canParse(`http://[${text}]/`)) return undefined
  const written = new URL(`http://[${text}]/`).hostname.slice(1, -1)
  const [left = '', right] = written.split('::')
  const before = groupsOf(left)
  const after = groupsOf(right ?? '')
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after]
}

const groupsOf = (text: string): number[] =>
  text === '' ? [] : text.split(':').map(group => Number.parseInt(group, 16))
