import { getWorkspace } from '../../tools/workspace.ts'
import type { Answer } from '../cli/command.ts'
import { call } from '../core/call.ts'
import { localPrincipal } from '../core/owner.ts'
import { AppError } from '../domain/error.ts'
import { chooseWorkspace } from './config-file.ts'
import type { Program } from './index.ts'

/** From now on this machine acts in another workspace of its owner: commands, assistants and their hooks. */
export async function useWorkspace({ app, terminal }: Program, wanted: string): Promise<Answer> {
  if (app.remote) throw chosenByToken(app.remote.url)
  // what was chosen before may be gone
  const owner = await localPrincipal({ ...app, workspace: undefined }, 'cli', {})
  const { workspace: found } = await call(app, owner, getWorkspace, { workspace: wanted })
  chooseWorkspace(app.home, found.id)
  const { workspace } = await call(app, await localPrincipal(app, 'cli', {}), getWorkspace, {})
  const { member, name, role } = workspace
  return {
    output: { workspace },
    page: [
      `Acting in ${name} as ${member.name} (${role}) from now on: commands, assistants and hooks of this machine.`,
      ...(terminal.environment.STINT_MEMBER ? ['STINT_MEMBER is set here and says who acts instead.'] : []),
    ],
  }
}

const chosenByToken = (url: string): AppError =>
  new AppError('validation_error', `On ${url} the token says in which workspace you act.`, {
    hint: '`stint login` with a token of the other workspace.',
  })
