import { homeWith, projectName, stintIn } from './database.mjs'
import { countFsyncs } from './fsyncs.mjs'
import { echoServer, eras, stint, tellsCpu } from './host.mjs'
import { floors, onOneCore, rounds, temporaryFolder } from './measure.mjs'
import { compared, counted, skipped } from './table.mjs'

const many = 1_000_000
const text = 'how long did I work on acme today'

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
  stintIn(home, 'start', projectName(0), '--auto-create')
  stintIn(home, 'stop')
  return home
}

async function queries(era, echo, homes, quick) {
  const servers = { echo: echo(era), none: stint(homes.none, era), many: stint(homes.many, era) }
  const hosts = Object.values(servers)
  for (const host of hosts) await host.open()
  for (const host of [servers.none, servers.many]) await host.call('start_timer', { project: projectName(0) })
  const ask = { echo: host => host.call('echo', { text }), stint: host => host.call('status') }
  const calls = quick ? 300 : 1000
  const batch = (host, one) => async () => {
    const before = host.cpu()
    for (let call = 0; call < calls; call++) await one(host)
    return (host.cpu() - before) / calls
  }
  for (const warmUp of Array(quick ? 3 : 5).keys())
    for (const host of hosts) await batch(host, host === servers.echo ? ask.echo : ask.stint)(warmUp)
  const samples = await rounds(quick ? 5 : 15, {
    echo: batch(servers.echo, ask.echo),
    none: batch(servers.none, ask.stint),
    many: batch(servers.many, ask.stint),
  })
  for (const host of [servers.none, servers.many]) await host.call('stop_timer')
  for (const host of hosts) await host.close()
  return besideEcho('status', era, samples, 1.35)
}

async function changes(era, echo, homes, quick) {
  const clock = ['--require', `${floors}/clock.cjs`]
  const servers = {
    echo: echo(era),
    none: stint(homes.none, era, clock),
    many: stint(homes.many, era, clock),
  }
  const hosts = Object.values(servers)
  for (const host of hosts) await host.open()
  const project = projectName(0)
  const pairs = quick ? 100 : 300
  const alternating = (host, start, stop) => async () => {
    const spent = { start: 0, stop: 0 }
    let before = host.cpu()
    for (let pair = 0; pair < pairs; pair++) {
      await start(host)
      const between = host.cpu()
      await stop(host)
      const after = host.cpu()
      spent.start += between - before
      spent.stop += after - between
      before = after
    }
    return { start: spent.start / pairs, stop: spent.stop / pairs }
  }
  const echoed = host => host.call('echo', { text })
  const start = host => host.call('start_timer', { project })
  const stop = host => host.call('stop_timer')
  const takes = {
    echo: alternating(servers.echo, echoed, echoed),
    none: alternating(servers.none, start, stop),
    many: alternating(servers.many, start, stop),
  }
  for (const take of Object.values(takes)) for (let warmUp = 0; warmUp < 5; warmUp++) await take()
  const samples = await rounds(quick ? 5 : 15, takes)
  for (const host of hosts) await host.close()
  return ['start', 'stop'].flatMap(what => {
    const each = Object.entries(samples).map(([who, taken]) => [who, taken.map(sample => sample[what])])
    return besideEcho(`${what}_timer`, era, Object.fromEntries(each), 2)
  })
}

function besideEcho(tool, era, { echo, many, none }, goal) {
  const unit = 'µs'
  return [
    compared({
      what: `${tool}, ${era} era, empty database`,
      ours: none,
      beside: "SDK's echo",
      theirs: echo,
      unit,
      goal,
    }),
    compared({
      what: `${tool}, ${era} era, 1,000,000 entries`,
      ours: many,
      beside: "SDK's echo",
      theirs: echo,
      unit,
      goal,
    }),
    compared({
      what: `${tool}, ${era} era, 1,000,000 entries`,
      ours: many,
      beside: 'empty database',
      theirs: none,
      unit,
      goal: 1.15,
    }),
  ]
}

/** As they are counted, nothing is timed: who looks on slows the call. */
async function fsyncs() {
  const home = newHome()
  const counter = countFsyncs()
  if (!counter) return [skipped('fsyncs of a change', 'neither strace nor a C compiler is here')]
  const host = counter.stint(home, ['--require', `${floors}/clock.cjs`])
  await host.open()
  const counts = { start_timer: [], stop_timer: [], status: [] }
  for (let round = 0; round < 20; round++) {
    for (const tool of ['start_timer', 'status', 'stop_timer']) {
      const before = counter.count()
      await host.call(tool, tool === 'start_timer' ? { project: projectName(0) } : {})
      counts[tool].push(counter.count() - before)
    }
  }
  await host.close()
  const most = tool => Math.max(...counts[tool].slice(1))
  return [
    counted({
      what: `start_timer, most fsyncs of one (by ${counter.by})`,
      count: most('start_timer'),
      unit: 'fsyncs',
      goal: 1,
    }),
    counted({
      what: `stop_timer, most fsyncs of one (by ${counter.by})`,
      count: most('stop_timer'),
      unit: 'fsyncs',
      goal: 1,
    }),
    counted({
      what: `status, most fsyncs of one (by ${counter.by})`,
      count: most('status'),
      unit: 'fsyncs',
      goal: 0,
    }),
  ]
}
