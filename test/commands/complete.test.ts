import { expect, test } from 'vitest'
import { complete } from '../../src/commands/complete.ts'
import { ownProgram } from './given.ts'

/** Two clients with a project each, and one that was put away. */
async function given() {
  const around = await ownProgram()
  const { call, program, terminal, written } = around
  for (const [client, name] of [
    ['Acme', 'Website'],
    ['Globex', 'Intranet'],
  ]) {
    await call('save_client', { name: client })
    await call('create_project', { name, client })
  }
  await call('create_project', { name: 'Old', client: 'Globex' })
  await call('update_project', { project: 'Old', archived: true })
  return {
    ...around,
    offered: async (noun: 'projects' | 'clients' | 'timers', member = ''): Promise<string[]> => {
      terminal.environment.STINT_MEMBER = member
      written.out = ''
      await complete(program, noun)
      return written.out.split('\n').slice(0, -1)
    },
  }
}

test('a shell offers all that is not archived', async () => {
  const { call, offered } = await given()
  expect(await offered('projects')).toEqual(['Intranet', 'Website'])
  expect(await offered('clients')).toEqual(['Acme', 'Globex'])
  await call('start_timer', { project: 'website' })
  expect(await offered('timers')).toEqual(['Website'])
})

test('a shell offers nothing that is out of the reach of the member', async () => {
  const { call, member, offered } = await given()
  const grace = await member('Grace')
  await call('update_member', { member: 'Grace', projects: ['Website'] })
  await member('Vera', 'viewer')
  await call('update_member', { member: 'Vera', clients: ['Globex'] })
  expect(await offered('projects', 'Grace')).toEqual(['Website'])
  expect(await offered('clients', 'Grace')).toEqual(['Acme'])
  expect(await offered('projects', 'Vera')).toEqual(['Intranet'])
  expect(await offered('clients', 'Vera')).toEqual(['Globex'])
  await grace.call('start_timer', { project: 'website' })
  expect(await offered('timers', 'Grace')).toEqual(['Website'])
  expect(await offered('timers')).toEqual([])
})
