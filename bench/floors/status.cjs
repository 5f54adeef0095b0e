// The least that a command line on better-sqlite3 does: open the database, ask one question, print the answer.

const Database = require('better-sqlite3')

const database = new Database(process.argv[2])
database.pragma('journal_mode = wal')
const running = database
  .prepare(
    `select s.id, s.started_at, s.description, p.name as project from sessions as s
      join projects as p on p.workspace_id = s.workspace_id and p.id = s.project_id where s.ended_at is null`,
  )
  .all()
process.stdout.write(`${JSON.stringify(running)}\n`)
database.close()
