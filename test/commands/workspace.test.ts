import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { chosenWorkspaceIn, readConfig } from '../../src/commands/config-file.ts'
import { useWorkspace } from '../../src/commands/workspace.ts'
import { call as callAs } from '../../src/core/call.ts'
import { localPrincipal } from '../../src/core/owner.ts'
import { watch } from '../../src/jobs/watch.ts'
import { requestsOf } from '../../src/mcp/requests.ts'
import { operationNamed } from '../support/workspace.ts'
import { ownProgram } from './given.ts'

/** A machine whose owner has two workspaces. */
async function given() {
  const around = await ownProgram({ projects: ['Website'] })
  const { call, home, program, terminal } = around
  const app = { ...program.app, workspace: chosenWorkspaceIn(home) }
  const { workspace: second } = await call('create_workspace', { name: 'Side business' })
  const { workspace: first } = await call('get_workspace')
  const acting = async () => {
    const member = terminal.environment.STINT_MEMBER
    return localPrincipal(app, 'cli', { member })
  }
  return {
    ...around,
    app,
    first,
    second,
    acting,
    config: join(home, 'config.json'),
    use: (workspace: string) => useWorkspace({ ...program, app }, workspace),
    /** What a command of this machine answers. */
    answer: async (name: string, input: object = {}) =>
      callAs(app, await acting(), operationNamed(name), input),
  }
}

describe('the workspace of a machine', () => {
  test('is the oldest, until its owner chooses another', async () => {
    const { acting, answer, config, first, second, use } = await given()
    expect(await acting()).toMatchObject({ workspace_id: first.id, member_id: first.member.id })
    expect(existsSync(config)).toBe(false)
    const { output, page } = await use('side business')
    expect(output).toMatchObject({ workspace: { id: second.id, current: true, role: 'owner' } })
    expect(page).toEqual([
      'Acting in Side business as Ada (owner) from now on: commands, assistants and hooks of this machine.',
    ])
    expect(await acting()).toMatchObject({ workspace_id: second.id, member_id: second.member.id })
    expect(await answer('list_workspaces')).toMatchObject({
      workspaces: [
        { name: 'Workspace', current: false },
        { name: 'Side business', current: true },
      ],
    })
    expect(await answer('list_projects')).toMatchObject({ projects: [] })
    await use(first.id)
    expect(await answer('list_projects')).toMatchObject({ projects: [{ name: 'Website' }] })
  })

  test('is kept beside the other settings, and not changed by a wrong name', async () => {
    const { acting, config, first, home, second, use } = await given()
    writeFileSync(config, '{"port": 4800}')
    await use('Side business')
    expect(readConfig(home)).toEqual({ port: 4800, workspace: second.id })
    await expect(use('Third')).rejects.toMatchObject({ code: 'not_found' })
    expect((await acting()).workspace_id).toBe(second.id)
    writeFileSync(config, '{"port": "none of them"}')
    expect((await acting()).workspace_id).toBe(first.id)
    await expect(use('Side business')).rejects.toMatchObject({ code: 'validation_error' })
    writeFileSync(config, '{"port": 48')
    await expect(acting()).rejects.toMatchObject({ code: 'validation_error' })
    expect(readFileSync(config, 'utf8')).toBe('{"port": 48')
  })

  test('is where a member is looked for by name; an id is found anywhere', async () => {
    const { acting, call, first, second, terminal, use } = await given()
    await use('Side business')
    terminal.environment.STINT_MEMBER = first.member.id
    expect((await acting()).workspace_id).toBe(first.id)
    terminal.environment.STINT_MEMBER = 'ada'
    expect((await acting()).member_id).toBe(second.member.id)
    expect((await use('Workspace')).page).toContain('STINT_MEMBER is set here and says who acts instead.')
    await call('update_member', { member: 'Ada', name: 'Ada L.' })
    await expect(acting()).rejects.toMatchObject({ code: 'not_found' })
  })

  test('that is gone is told with what to do, and another can be chosen', async () => {
    const { acting, config, first, use } = await given()
    for (const gone of ['"wsp_gone"', '5']) {
      writeFileSync(config, `{"workspace": ${gone}}`)
      await expect(acting()).rejects.toMatchObject({
        code: 'not_found',
        message: expect.stringContaining(gone.replaceAll('"', '')),
        hint: 'Choose one with `stint workspace use`: "Workspace", "Side business".',
        details: { workspaces: [{ id: first.id }, { name: 'Side business' }] },
      })
    }
    writeFileSync(config, '{"workspace": "wsp_gone"}')
    await use('Workspace')
    expect((await acting()).workspace_id).toBe(first.id)
  })

  test('is that of an assistant too, while its host keeps it running', async () => {
    const { app, use } = await given()
    const witness = { here: () => undefined, called: () => undefined, gone: () => undefined }
    const requests = requestsOf(app, { toolsets: ['track'], witness })
    const projects = async () => {
      const { contents } = await requests.readResource('stint://status')
      return JSON.stringify(contents)
    }
    await callAs(app, await localPrincipal(app, 'cli', {}), operationNamed('start_timer'), {
      project: 'Website',
    })
    expect(await projects()).toContain('Website')
    await use('Side business')
    expect(await projects()).not.toContain('Website')
    await use('Workspace')
    expect(await projects()).toContain('Website')
  })

  test('is where hooks’ time goes that is taken in from then on', async () => {
    const { acting, app, rows, second, told, use } = await given()
    await use('Side business')
    told('prompt')
    await watch(app, await acting(), 'one')
    expect(rows('signals')).toMatchObject([{ workspace_id: second.id, member_id: second.member.id }])
  })

  test('is that of the token where somebody logged in to a server', async () => {
    const { app, program } = await given()
    // all that is looked at
    const remote = { url: 'https://stint.example.com' } as NonNullable<typeof app.remote>
    await expect(useWorkspace({ ...program, app: { ...app, remote } }, 'Workspace')).rejects.toMatchObject({
      code: 'validation_error',
      hint: expect.stringContaining('token of the other workspace'),
    })
  })
})
