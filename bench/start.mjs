import { echoServer, eras, rawServer, stint } from './host.mjs'
import { rounds, temporaryFolder } from './measure.mjs'
import { compared } from './table.mjs'

/** From the start of a server to its first answers, in milliseconds: who it is, and which tools it has. */
export async function run({ quick }) {
  const home = temporaryFolder()
  const echo = await echoServer(25)
  const figures = []
  for (const era of Object.keys(eras)) {
    const samples = await rounds(quick ? 7 : 31, {
      raw: () => answersOf(() => rawServer(era)),
      echo: () => answersOf(() => echo(era)),
      stint: () => answersOf(() => stint(home, era)),
    })
    const [hello, list] = ['hello', 'list'].map(answer => who => samples[who].map(sample => sample[answer]))
    const { first } = eras[era]
    const both = { unit: 'ms' }
    figures.push(
      compared({
        ...both,
        what: `start to ${first}`,
        ours: hello('stint'),
        beside: 'raw JSON-RPC',
        theirs: hello('raw'),
        goal: 2.3,
      }),
      compared({
        ...both,
        what: `start to ${first}`,
        ours: hello('stint'),
        beside: 'SDK echo, no cache',
        theirs: hello('echo'),
      }),
      compared({
        ...both,
        what: `start to tools/list after ${first}`,
        ours: list('stint'),
        beside: 'raw JSON-RPC',
        theirs: list('raw'),
      }),
      compared({
        ...both,
        what: `start to tools/list after ${first}`,
        ours: list('stint'),
        beside: 'SDK echo, no cache',
        theirs: list('echo'),
      }),
    )
  }
  return figures
}

async function answersOf(open) {
  const began = process.hrtime.bigint()
  const passed = () => Number(process.hrtime.bigint() - began) / 1e6
  const host = open()
  await host.open()
  const hello = passed()
  await host.ask('tools/list')
  const list = passed()
  await host.close()
  return { hello, list }
}
