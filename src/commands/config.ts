import { nearest, parseArguments } from '../cli/arguments.ts'
import type { Answer } from '../cli/command.ts'
import { syntaxOf } from '../cli/command.ts'
import { operate } from '../cli/operate.ts'
import { AppError } from '../domain/error.ts'
import type { Program } from './index.ts'

interface Wanted {
  setting?: string | undefined
  value?: string | undefined
}

/** The settings of the workspace, one at a time: `update_settings` with fewer words. */
export async function config(program: Program, { setting, value }: Wanted): Promise<Answer> {
  const operations = await program.operations()
  const [get, update] = ['get_settings', 'update_settings'].map(name =>
    operations.find(one => one.name === name),
  )
  if (!get || !update) throw new Error('There are no settings.')
  const wanted = { yes: true, json: false }
  const answer = await operate(program, get, {}, wanted)
  if (setting === undefined) return answer
  const field = syntaxOf(update).fields.find(one => one.flag === setting || one.name === setting)
  if (!field)
    throw unknown(
      setting,
      syntaxOf(update).fields.map(one => one.flag),
    )
  if (value !== undefined) {
    const { input } = parseArguments(update, [`--${field.flag}=${value}`])
    const { output } = await operate(program, update, input, wanted)
    return { output, page: `${field.flag} is ${shownIn(output, field.name)} now.` }
  }
  return { output: answer.output, page: shownIn(answer.output, field.name) }
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
