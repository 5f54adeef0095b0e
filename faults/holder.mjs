import Database from 'better-sqlite3'

// Another program that holds the database: `writing` as a database browser with an unsaved change does, `alone` so
// that nobody else may even read. Says `held`, and lets go after so many seconds.

const [path, how, seconds] = process.argv.slice(2)
const db = new Database(path, { timeout: 10_000 })
if (how === 'alone') db.pragma('locking_mode = exclusive')
db.exec('begin exclusive')
process.stdout.write('held\n')
setTimeout(() => {
  db.exec('rollback')
  db.close()
}, Number(seconds) * 1000)
