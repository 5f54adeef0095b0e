import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { bareInsert } from './commit.mjs'
import { inside } from './inside.mjs'
import { environment, median, microseconds, program, rounds, temporaryFolder } from './measure.mjs'
import { counted } from './table.mjs'

const entries = 1000

/** An invoice of 1,000 entries: drafting it, beyond what one durable commit costs, and printing it. */
export async function run({ quick }) {
  const home = temporaryFolder()
  const { call, localApp, localPrincipal, operations } = await inside()
  const app = localApp({ STINT_HOME: home }, (line, error) => {
    throw error ?? new Error(line)
  })
  const principal = await localPrincipal(app, 'cli', {})
  const ask = (name, input) =>
    call(
      app,
      principal,
      operations.find(one => one.name === name),
      input,
    )
  await ask('save_client', { name: 'Acme', currency: 'EUR' })
  for (let at = 0; at < 5; at++)
    await ask('create_project', { name: `Part ${at}`, client: 'Acme', hourly_rate: '95.50' })
  for (let at = 0; at < entries; at++) {
    const start = new Date(Date.now() - (at + 2) * 1_500_000).toISOString()
    await ask('log_time', { project: `Part ${at % 5}`, start, duration: '20m', description: `Piece ${at}` })
  }
  const commit = bareInsert(temporaryFolder())
  const options = { client: 'Acme', period: 'all_time', evidence: true }
  let draft
  const samples = await rounds(quick ? 5 : 15, {
    async draft() {
      const took = await microseconds(1, async () => {
        draft = (await ask('draft_invoice', options)).invoice
      })
      await ask('delete_invoice', { invoice: draft.id, confirm: true })
      return took / 1000
    },
    preview: async () => (await microseconds(1, () => ask('preview_invoice', options))) / 1000,
    commit: async () => (await microseconds(1, commit)) / 1000,
  })
  const { invoice } = await ask('draft_invoice', { ...options, evidence: false })
  const print = format => async () => {
    const words = ['invoice', format, invoice.id, '--out', join(home, `invoice.${format}`)]
    const run = () =>
      execFileSync(process.execPath, [program, ...words], { env: environment({ STINT_HOME: home }) })
    return (await microseconds(1, run)) / 1000
  }
  const plain = await rounds(quick ? 3 : 7, { pdf: print('pdf'), html: print('html') })
  await ask('edit_invoice', { invoice: invoice.id, evidence: true })
  const whole = await rounds(quick ? 3 : 7, { pdf: print('pdf') })
  await app.close()
  const beyond = median(samples.draft) - median(samples.commit)
  return [
    counted({ what: `draft of ${entries} entries, beyond its fsync`, count: beyond, unit: 'ms', goal: 100 }),
    counted({ what: `preview of ${entries} entries`, count: median(samples.preview), unit: 'ms' }),
    counted({ what: 'its PDF, whole process', count: median(plain.pdf), unit: 'ms', goal: 1000 }),
    counted({
      what: 'its PDF with all of them in the annex, whole process',
      count: median(whole.pdf),
      unit: 'ms',
    }),
    counted({ what: 'its HTML page, whole process', count: median(plain.html), unit: 'ms' }),
  ]
}
