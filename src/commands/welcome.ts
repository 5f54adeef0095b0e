import { homedir } from 'node:os'
import { resolve } from 'node:path'
import type { Answer } from '../cli/command.ts'
import { operate } from '../cli/operate.ts'
import type { Page } from '../core/operation.ts'
import { homeFolder } from '../domain/home.ts'
import type { Program } from './index.ts'

/** The first thing that somebody sees who starts it from a checkout. */
export async function welcome(program: Program): Promise<Answer> {
  const { app, operations } = program
  const configuration = configurationOf(app.home)
  const status = (await operations()).find(one => one.name === 'status')
  if (!status) throw new Error('There is no status.')
  const { output, page } = await operate(program, status, {}, { yes: false, json: false })
  return {
    output: { version: app.version, home: app.home, configuration, status: output },
    page: [
      `stint ${app.version} is ready. Your time is kept ${app.remote ? `on ${app.remote.url}` : `in ${app.databasePath}`}.`,
      '',
      'For your coding assistant, paste this into its MCP configuration:',
      '',
      JSON.stringify(configuration, null, 2),
      '',
      ...parts(page),
      '',
      'Try `stint start <project> --auto-create`, and `stint --help` for the rest.',
    ],
  }
}

const parts = (page: Page): Exclude<Page, string> => (typeof page === 'string' ? [page] : page)

/** Editors inherit neither a shell's path nor its environment. */
function configurationOf(home: string) {
  const { LOCALAPPDATA } = process.env
  const isDefault = home === resolve(homeFolder({ LOCALAPPDATA }, process.platform, homedir()))
  return {
    mcpServers: {
      stint: {
        command: process.execPath,
        args: [resolve(process.argv[1] ?? 'stint'), 'mcp'],
        ...(!isDefault && { env: { STINT_HOME: home } }),
      },
    },
  }
}
