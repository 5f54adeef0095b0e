import { localApp } from '../../src/commands/app.ts'
import { mcp } from '../../src/commands/mcp.ts'

// The server alone, as `stint mcp` runs it.

const app = localApp(process.env, (line, error) => process.stderr.write(`${line}: ${String(error)}\n`))
mcp(app, { toolsets: process.argv[2], member: process.env.STINT_MEMBER }).catch(
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`)
    process.exitCode = 2
  },
)
