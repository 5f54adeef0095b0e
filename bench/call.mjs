import { homeWith, projectName, stintIn } from './database.mjs'
import { countFsyncs } from './fsyncs.mjs'
import { echoServer, eras, stint, tellsCpu } from './host.mjs'
import { floors, onOneCore, rounds, temporaryFolder } from './measure.mjs'
import { compared, counted, skipped } from './table.mjs'

const many = 1_000_000
/** V8 goes on compiling for so long; fewer, and most of what is measured is that. */
const callsToWarmUp = 6000

/** CPU of a tool call over standard input and output, beside the SDK's own echo. */
export async function run({ quick }) {
  if (!tellsCpu) return [skipped('CPU of a call', 'only Linux tells the CPU of a process while it runs')]
  const echo = await echoServer(1)
  const homes = { none: newHome(), many: homeWith(many) }
  const figures = []
  for (const era of Object.keys(eras)) {
    figures.push(...(await onOneCore(() => queries(era, echo, homes, quick))))
    figures.push(...(await onOneCore(() => changes(era, echo, homes, quick))))
  }
  return [...figures, ...(await fsyncs())]
}

function newHome() {
  const home = temporaryFolder()
  stintIn(home, 'start', project, '--auto-create')
  stintIn(home, 'stop')
  return home
}

const project = projectName(0)
const tools = {
  echo: host => host.call('echo', { text: 'how long did I work on acme today' }),
  status: host => host.call('status'),
  start_timer: host => host.call('start_timer', { project }),
  stop_timer: host => host.call('stop_timer'),
}

async function queries(era, echo, homes, quick) {
  const servers = { echo: echo(era), none: stint(homes.none, era), many: stint(homes.many, era) }
  for (const host of Object.values(servers)) await host.open()
  await tools.start_timer(servers.none)
  await tools.start_timer(servers.many)
  const [figures] = await inTurns(servers, [tools.status], quick)
  await tools.stop_timer(servers.none)
  await tools.stop_timer(servers.many)
  for (const host of Object.values(servers)) await host.close()
  return besideEcho('status', era, figures, 1.35)
}

async function changes(era, echo, homes, quick) {
  const clock = ['--require', `${floors}/clock.cjs`]
  const servers = {
    echo: echo(era),
    none: stint(homes.none, era, clock),
    many: stint(homes.many, era, clock),
  }
  for (const host of Object.values(servers)) await host.open()
  const [starts, stops] = await inTurns(servers, [tools.start_timer, tools.stop_timer], quick)
  for (const host of Object.values(servers)) await host.close()
  return [...besideEcho('start_timer', era, starts, 2), ...besideEcho('stop_timer', era, stops, 2)]
}

/** CPU of each of `steps`, by server and round: one after the other, again and again; the echo echoes as often. */
async function inTurns(servers, steps, quick) {
  const takes = Object.entries(servers).map(([name, host]) => {
    const own = name === 'echo' ? steps.map(() => tools.echo) : steps
    return [name, times => cpuOf(host, own, times)]
  })
  for (const [, take] of takes) await take(callsToWarmUp / steps.length)
  const times = quick ? 200 : 500
  const samples = await rounds(
    quick ? 5 : 15,
    Object.fromEntries(takes.map(([name, take]) => [name, () => take(times)])),
  )
  return steps.map((_, step) =>
    Object.fromEntries(
      Object.entries(samples).map(([name, taken]) => [name, taken.map(spent => spent[step])]),
    ),
  )
}

async function cpuOf(host, steps, times) {
  const spent = steps.map(() => 0)
  let before = host.cpu()
  for (let time = 0; time < times; time++) {
    for (const [at, step] of steps.entries()) {
      await step(host)
      const after = host.cpu()
      spent[at] += (after - before) / times
      before = after
    }
  }
  return spent
}

function besideEcho(tool, era, { echo, many, none }, goal) {
  const figure = (entries, ours, beside, theirs, most) =>
    compared({ what: `${tool}, ${era} era, ${entries}`, ours, beside, theirs, unit: 'µs', goal: most })
  return [
    figure('empty database', none, "SDK's echo", echo, goal),
    figure('1,000,000 entries', many, "SDK's echo", echo, goal),
    figure('1,000,000 entries', many, 'empty database', none, 1.15),
  ]
}

/** As they are counted, nothing is timed: who looks on slows the call. */
async function fsyncs() {
  const counter = countFsyncs()
  if (!counter) return [skipped('fsyncs of a change', 'neither strace nor a C compiler is here')]
  const host = counter.stint(newHome(), ['--require', `${floors}/clock.cjs`])
  await host.open()
  const goals = { start_timer: 1, status: 0, stop_timer: 1 }
  const most = { start_timer: 0, status: 0, stop_timer: 0 }
  for (let round = 0; round <= 20; round++) {
    for (const tool of Object.keys(goals)) {
      const before = counter.count()
      await tools[tool](host)
      // the first opens the database
      if (round > 0) most[tool] = Math.max(most[tool], counter.count() - before)
    }
  }
  await host.close()
  return Object.entries(goals).map(([tool, goal]) =>
    counted({ what: `${tool}, fsyncs of one, by ${counter.by}`, count: most[tool], unit: 'fsyncs', goal }),
  )
}
