import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { temporaryFolder } from '../bench/measure.mjs'
import { Assistant } from './assistant.mjs'
import { audit } from './audit.mjs'
import { stint } from './shell.mjs'
import { tell } from './told.mjs'

const headerBytes = 32
const frameHeaderBytes = 24
const pageBytes = 4096
const frameBytes = frameHeaderBytes + pageBytes
/** SQLite folds the log in at a thousand frames; what is torn here must not be folded in already. */
const enoughFrames = 500
/** So many of the copies are opened by the program too. */
const throughTheDoor = 1 / 20

/**
 * A write-ahead log that breaks off, or holds a wrong byte, as after a loss of power: what is there is what was
 * acknowledged up to some moment, and every commit that lies whole before the damage is among it.
 */
export async function run({ chance, minutes }) {
  for (const generation of ['fresh', 'used again']) {
    const live = await liveDatabase(generation)
    const sum = { cuts: 0, flips: 0, started: 0, shortest: Infinity }
    const problems = []
    for (let copies = 0; copies < 40 * minutes; copies++) {
      const isCut = chance.happens(0.6)
      sum[isCut ? 'cuts' : 'flips']++
      const at = chance.between(0, live.frames * frameBytes + headerBytes)
      const log = Buffer.from(isCut ? live.log.subarray(0, at) : live.log)
      if (!isCut) log[at] ^= 1 << chance.below(8)
      const home = torn(live, log)
      if (chance.happens(throughTheDoor)) {
        sum.started++
        const { code, stderr } = await stint(home, ['status', '--json']).done
        if (code !== 0 || stderr !== '') problems.push(`the next start: ${stderr}`)
      }
      const found = keptIn(home, live, wholeCommitsBefore(live, at))
      sum.shortest = Math.min(sum.shortest, found.kept)
      problems.push(...found.problems.map(problem => `${isCut ? 'cut' : 'flipped'} at ${at}: ${problem}`))
      rmSync(home, { recursive: true })
    }
    tell(
      `a torn log, ${generation}`,
      `${sum.cuts} cuts, ${sum.flips} flipped bits, ${sum.started} opened by the program; of ` +
        `${live.acknowledged.length} commits at least ${sum.shortest} were there`,
      problems,
    )
  }
}

/** Its files while a server has it open: the log from its beginning, or with what is left of an earlier round behind it. */
async function liveDatabase(generation) {
  const home = temporaryFolder()
  const path = join(home, 'stint.db')
  await stint(home, ['log', 'Project', '1m', 'first', '--auto-create']).done
  const assistant = await new Assistant(home).open()
  const acknowledged = []
  const write = async () => {
    const { output } = await assistant.call('log_time', {
      project: 'Project',
      duration: '5',
      date: '2025-06-01',
    })
    acknowledged.push(output.entry.id)
  }
  await write()
  if (generation === 'used again') {
    const first = saltOf(path)
    while (saltOf(path) === first) await write()
  }
  const foldedIn = generation === 'fresh' ? 0 : acknowledged.length - 1
  const log = () => readFileSync(`${path}-wal`)
  while (framesOf(log()).length < enoughFrames) await write()
  const live = {
    database: readFileSync(path),
    log: log(),
    foldedIn,
    acknowledged: [...acknowledged],
    frames: framesOf(log()).length,
  }
  await assistant.close()
  return live
}

const saltOf = path => readFileSync(`${path}-wal`).toString('latin1', 16, 24)

/** Those of this round of the log: they carry the salt of its header. `true`: a commit ends here. */
function framesOf(log) {
  const salt = log.toString('latin1', 16, 24)
  const frames = []
  for (let at = headerBytes; at + frameBytes <= log.length; at += frameBytes) {
    if (log.toString('latin1', at + 8, at + 16) !== salt) break
    frames.push(log.readUInt32BE(at + 4) > 0)
  }
  return frames
}

const wholeCommitsBefore = ({ log }, at) =>
  framesOf(log)
    .slice(0, Math.max(0, Math.floor((at - headerBytes) / frameBytes)))
    .filter(Boolean).length

function torn({ database }, log) {
  const home = temporaryFolder()
  writeFileSync(join(home, 'stint.db'), database)
  writeFileSync(join(home, 'stint.db-wal'), log)
  return home
}

/** How many of the acknowledged commits are there, and what is wrong when these are not exactly the first so many. */
function keptIn(home, { acknowledged, foldedIn }, wholeCommits) {
  const path = join(home, 'stint.db')
  const { problems } = audit(path)
  const db = new Database(path, { readonly: true })
  const found = new Set(db.prepare('select id from entries').pluck().all())
  db.close()
  const kept = acknowledged.filter(id => found.has(id)).length
  if (acknowledged.slice(0, kept).some(id => !found.has(id))) problems.push('an earlier commit is missing')
  const whole = foldedIn + wholeCommits
  if (kept !== whole) problems.push(`${kept} commits are there, but ${whole} lay whole before the damage`)
  return { kept, problems }
}
