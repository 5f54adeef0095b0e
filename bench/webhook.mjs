import { createServer } from 'node:http'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { stintIn } from './database.mjs'
import { temporaryFolder } from './measure.mjs'
import { served } from './served.mjs'
import { counted } from './table.mjs'

const webhooks = 8

/** Deliveries while the process that sends them is killed three times: none is lost, none comes under a second id. */
export async function run({ quick }) {
  const all = quick ? 1000 : 10_000
  const receiver = await receiverOf()
  const home = temporaryFolder()
  for (let at = 0; at < webhooks; at++)
    stintIn(home, 'webhook', 'create', `http://127.0.0.1:${receiver.port}/${at}`, '--events', 'client.*')
  stintIn(home, 'client', 'save', '--name', 'Acme')
  const db = new Database(join(home, 'stint.db'))
  multiply(db, all)

  const began = performance.now()
  for (const part of [0.2, 0.4, 0.6]) {
    const worker = await served(home)
    await receiver.has(all * part)
    worker.child.kill('SIGKILL')
    await new Promise(resolve => worker.child.once('exit', resolve))
  }
  const last = await served(home)
  await receiver.has(all)
  const seconds = (performance.now() - began) / 1000
  await until(() => pending(db) === 0)
  await last.close()
  receiver.close()
  const { ids, posts, underTwo } = receiver.told()
  db.close()
  return [
    counted({
      what: `of ${all.toLocaleString('en')} deliveries, 3 times killed: lost`,
      count: all - ids,
      unit: '',
      goal: 0,
    }),
    counted({ what: 'sent again under another id', count: underTwo, unit: '', goal: 0 }),
    counted({ what: 'sent again under their own id', count: posts - ids, unit: '', goal: 3 * webhooks }),
    counted({ what: 'all of it, a minute of waiting after each kill included', count: seconds, unit: 's' }),
  ]
}

/** What one event made, as often as it takes: each with an id of its own, all of them due. */
function multiply(db, all) {
  const made = db.prepare('select * from deliveries').all()
  const [event] = db.prepare("select * from events where type = 'client.created'").all()
  const names = Object.keys(made[0])
  const insert = db.prepare(
    `insert into deliveries (${names.join()}) values (${names.map(name => `@${name}`).join()})`,
  )
  db.transaction(() => {
    db.prepare('delete from deliveries').run()
    for (let at = 0; at < all; at++) {
      const row = made[at % made.length]
      const id = `${row.id.slice(0, -6)}${String(at).padStart(6, '0')}`
      insert.run({
        ...row,
        id,
        payload: row.payload.replaceAll(event.id, `evt_${at}`),
        status: 'pending',
        attempts: 0,
      })
    }
  })()
}

const pending = db => db.prepare("select count(*) from deliveries where status = 'pending'").pluck().get()

/** Somebody's server, which remembers what came under which id. */
async function receiverOf() {
  const ids = new Map()
  let posts = 0
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', piece => (body += piece))
    request.on('end', () => {
      posts++
      const [event] = /evt_\w+/.exec(body)
      const id = request.headers['webhook-id']
      ids.set(event, new Set([...(ids.get(event) ?? []), id]))
      response.writeHead(204).end()
    })
  })
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: server.address().port,
    has: count => until(() => ids.size >= count),
    told: () => ({ ids: ids.size, posts, underTwo: [...ids.values()].filter(one => one.size > 1).length }),
    close: () => server.close(),
  }
}

async function until(holds) {
  for (const end = performance.now() + 300_000; !holds(); ) {
    if (performance.now() > end) throw new Error('They do not all come.')
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}
