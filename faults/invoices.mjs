import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { temporaryFolder } from '../bench/measure.mjs'
import { Assistant } from './assistant.mjs'
import { audit } from './audit.mjs'
import { Biller } from './biller.mjs'
import { firstAcknowledgement, nextStart } from './kill.mjs'
import { Ledger } from './ledger.mjs'
import { Server } from './server.mjs'
import { closed, milliseconds, tell } from './told.mjs'

/** Several who bill at once: numbers are given one after another, none left out and none twice. */
export async function run({ chance, minutes, mostSeconds, rounds }) {
  await crowd({ chance, seconds: 5 * minutes })
  await kills({ chance, rounds: Math.ceil(rounds / 4), until: performance.now() + mostSeconds * 500 })
}

async function crowd({ chance, seconds }) {
  const home = temporaryFolder()
  const ledger = new Ledger()
  const callers = [...Array.from({ length: 4 }, () => new Assistant(home)), new Server(home)]
  const billers = callers.map(
    (caller, at) => new Biller(`biller ${at}`, caller, { chance: chance.branch(), ledger }),
  )
  await Promise.all(callers.map(one => one.open()))
  const until = performance.now() + seconds * 1000
  await Promise.all(billers.map(one => one.work(() => performance.now() < until)))
  const ends = await closed(callers)
  const longest = Math.max(...callers.map(one => one.longest))
  tell(
    `five who bill, ${seconds} s`,
    `${ledger.acknowledged.toLocaleString('en')} acknowledged, ${sentIn(ledger)} invoices sent; longest wait ${milliseconds(longest)}`,
    [...billers.flatMap(one => one.troubles), ...ends, ...audit(join(home, 'stint.db'), ledger).problems],
  )
}

const sentIn = ({ invoices }) => [...invoices.values()].filter(([state]) => state?.number).length

/** The same servers and assistants, killed while they send, and started again. */
async function kills({ chance, rounds, until }) {
  const home = temporaryFolder()
  const ledger = new Ledger()
  const problems = []
  let round = 0
  for (; round < rounds && performance.now() < until && problems.length === 0; round++) {
    const callers = [new Assistant(home), new Assistant(home), new Server(home)]
    const billers = callers.map(
      (one, at) => new Biller(`r${round} b${at}`, one, { chance: chance.branch(), ledger }),
    )
    let goesOn = true
    const working = callers.map(async (caller, at) => {
      await caller.open()
      await billers[at].work(() => goesOn)
    })
    await firstAcknowledgement(ledger)
    await sleep(chance.below(700))
    for (const caller of callers) caller.kill()
    goesOn = false
    await Promise.all(working)
    const found = [
      ...billers.flatMap(one => one.troubles),
      ...(await nextStart(home)),
      ...audit(join(home, 'stint.db'), ledger).problems,
    ]
    problems.push(...found.map(problem => `round ${round}: ${problem}`))
  }
  tell(
    `kill -9 while they bill`,
    `${round} rounds of three, ${ledger.acknowledged.toLocaleString('en')} acknowledged, ${sentIn(ledger)} invoices sent`,
    problems,
  )
}
