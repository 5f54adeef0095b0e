import { connect } from 'node:net'
import { createInterface } from 'node:readline'

// Many programs at once, each with one request at a time over a connection that stays. A line of standard input asks
// for a number of requests; the line that answers has the microseconds of each.

const groups = new Map()

for await (const line of createInterface({ input: process.stdin })) {
  const { connections, port, requests, times } = JSON.parse(line)
  const known = (groups.get(port) ?? []).filter(one => one.isOpen())
  const missing = Array.from({ length: connections - known.length }, () => open(port))
  const group = [...known, ...(await Promise.all(missing))]
  groups.set(port, group)
  const bytes = requests.map(one => Buffer.from(one))
  let next = 0
  const began = process.hrtime.bigint()
  await Promise.all(
    group.map(async ({ ask }) => {
      while (next < times) await ask(bytes[next++ % bytes.length])
    }),
  )
  const us = Number(process.hrtime.bigint() - began) / 1000 / times
  process.stdout.write(`${us}\n`)
}
process.exit()

async function open(port) {
  const socket = connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  let rest = ''
  let answered
  socket.setEncoding('latin1')
  socket.on('data', chunk => {
    rest += chunk
    const length = lengthOf(rest)
    if (length === undefined || rest.length < length) return
    const status = Number(rest.slice(9, 12))
    if (status >= 300) throw new Error(rest.slice(0, 1000))
    rest = rest.slice(length)
    answered()
  })
  socket.on('close', () => {
    if (answered) throw new Error('The server hung up instead of answering.')
  })
  return {
    // who says nothing for five seconds is hung up on
    isOpen: () => !socket.destroyed && socket.readyState === 'open',
    ask: bytes =>
      new Promise(resolve => {
        answered = () => {
          answered = undefined
          resolve()
        }
        socket.write(bytes)
      }),
  }
}

/** Of the first answer, as far as it can be told yet. */
function lengthOf(text) {
  const head = text.indexOf('\r\n\r\n') + 4
  if (head < 4) return undefined
  const [, said] = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head)) ?? []
  if (said !== undefined) return head + Number(said)
  if (!/\r\ntransfer-encoding: chunked/i.test(text.slice(0, head))) return head
  const end = text.indexOf('\r\n0\r\n\r\n', head - 2)
  return end < 0 ? undefined : end + 7
}
