import { nearest, parseArguments } from '../cli/arguments.ts'
import type { Answer } from '../cli/command.ts'
import { syntaxOf } from '../cli/command.ts'
import { kebab } from '../cli/field.ts'
import { operate } from '../cli/operate.ts'
import { AppError } from '../domain/error.ts'
import { type KeptSetting, keepSetting, keptSettings, readConfig } from './config-file.ts'
import type { Program } from './index.ts'
import { serverSettings } from './server-settings.ts'

interface Wanted {
  setting?: string | undefined
  value?: string | undefined
}

/** The settings of the workspace, one at a time: `update_settings` with fewer words; and those of config.json. */
export async function config(program: Program, { setting, value }: Wanted): Promise<Answer> {
  const ofServer = keptSettings.find(one => one === setting || kebab(one) === setting)
  if (ofServer) return serverSetting(program.app.home, ofServer, value)
  const operations = await program.operations()
  const [get, update] = ['get_settings', 'update_settings'].map(name =>
    operations.find(one => one.name === name),
  )
  if (!get || !update) throw new Error('There are no settings.')
  const wanted = { yes: true, json: false }
  const answer = await operate(program, get, {}, wanted)
  if (setting === undefined) return withServer(answer, program.app.home)
  const field = syntaxOf(update).fields.find(one => one.flag === setting || one.name === setting)
  if (!field)
    throw unknown(setting, [...syntaxOf(update).fields.map(one => one.flag), ...keptSettings.map(kebab)])
  if (value !== undefined) {
    const { input } = parseArguments(update, [`--${field.flag}=${value}`])
    const { output } = await operate(program, update, input, wanted)
    return { output, page: `${field.flag} is ${shownIn(output, field.name)} now.` }
  }
  return { output: answer.output, page: shownIn(answer.output, field.name) }
}

/** Of `stint serve` on this machine; one that runs takes them up when it starts again. */
function serverSetting(home: string, setting: KeptSetting, typed: string | undefined): Answer {
  if (typed !== undefined) keepSetting(home, setting, typed)
  const server = serverOf(home)
  const value = String(server[setting])
  const page = typed === undefined ? value : `${kebab(setting)} is ${value === '' ? 'empty' : value} now.`
  return { output: { server }, page }
}

function withServer({ output, page }: Answer, home: string): Answer {
  const server = serverOf(home)
  const rows = keptSettings.map(one => [one, String(server[one])])
  const parts = typeof page === 'string' ? [page] : page
  return { output: { ...output, server }, page: [...parts, '', { columns: ['Server', 'Value'], rows }] }
}

function serverOf(home: string) {
  const { host, log_level, port, rate_limit } = serverSettings(home, {})
  const { allowed_hosts = [], webhook_hosts = [] } = readConfig(home)
  return { port, host, allowed_hosts, rate_limit: rate_limit ?? 'off', log_level, webhook_hosts }
}

// both operations answer with {settings}
const shownIn = (output: object, name: string): string =>
  String((output as { settings: Record<string, string | number> }).settings[name] ?? '')

function unknown(setting: string, known: readonly string[]): AppError {
  const settings = known.filter(one => one !== 'idempotency-key')
  const near = nearest(setting, settings)
  return new AppError('validation_error', `There is no setting ${setting}.`, {
    details: { known_settings: settings },
    hint: near ? `Did you mean ${near}?` : `There are ${settings.join(', ')}.`,
  })
}
