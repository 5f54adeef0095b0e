import { existsSync } from 'node:fs'
import type { AppError, ErrorShape } from '../domain/error.ts'
import { hookHosts } from '../domain/hook-host.ts'
import { type HostName, hostNames } from '../domain/setup/host-name.ts'
import type { Check } from './doctor.ts'
import type { Program } from './index.ts'
import { type Around, setup } from './setup.ts'
import { readText } from './setup-files.ts'

/** What hosts told, as far as the database knows. */
export interface Heard {
  host: string
  last_signal_at: number | null
  last_session: { project: string; directory: string | null } | null
}

export interface HostFacts {
  name: HostName
  found: boolean
  /** Whether we stand in its files; by other means: as a plugin. */
  connected: 'yes' | 'partly' | 'by other means' | 'no'
  up_to_date: boolean
  files: { path: string; connected: boolean }[]
  /** Programs that its files name and that are gone. */
  missing: string[]
  last_signal_at: number | null
  last_session: Heard['last_session']
  next: string
  problem?: ErrorShape
}

/** By what setup would write, and what it would take back. */
export async function hostFacts(
  program: Program,
  heard: readonly Heard[],
  around?: Around,
): Promise<HostFacts[]> {
  const wanted = { hosts: hostNames, dry_run: true }
  const written = await setupOf(program, wanted, around)
  const ours = await setupOf(program, { ...wanted, remove: true }, around)
  return written.map(host => factsOf(host, ours.find(one => one.name === host.name) ?? host, heard))
}

interface HostTold {
  name: HostName
  found: boolean
  files: { path: string; change: string }[]
  next?: string
  problem?: AppError
}

async function setupOf(program: Program, wanted: Parameters<typeof setup>[1], around?: Around) {
  const { output } = await setup(program, wanted, around)
  // what `setup` answers with
  return (output as { setup: { hosts: HostTold[] } }).setup.hosts
}

function factsOf(written: HostTold, ours: HostTold, heard: readonly Heard[]): HostFacts {
  const { found, name, next = '', problem } = written
  const files = ours.files.map(({ change, path }) => ({ path, connected: change !== 'unchanged' }))
  const { last_session = null, last_signal_at = null } =
    heard.find(one => one.host === signalHost(name)) ?? {}
  const connected = files.filter(file => file.connected)
  return {
    name,
    found,
    connected:
      connected.length === 0
        ? last_signal_at === null
          ? 'no'
          : 'by other means'
        : connected.length === files.length
          ? 'yes'
          : 'partly',
    up_to_date: !problem && written.files.every(file => file.change === 'unchanged'),
    files,
    missing: connected
      .flatMap(file => programsIn(readText(file.path) ?? ''))
      .filter(path => !existsSync(path)),
    last_signal_at,
    last_session,
    next,
    ...(problem && { problem: problem.toJSON() }),
  }
}

/** What a host calls itself where it is not what setup calls it. */
const signalHost = (name: HostName): string => (name === 'copilot-cli' ? 'copilot' : name)

const hasHooks = (name: HostName): boolean => hookHosts.some(host => host === signalHost(name))

/** The paths of ours that a host's file names, in quotes or without spaces. */
function programsIn(text: string): string[] {
  const found = text.matchAll(
    /["']([^"'\n]*[\\/]dist[\\/]+(?:stint|hook)\.cjs)["']|([^\s"']+[\\/]dist[\\/]+(?:stint|hook)\.cjs)/g,
  )
  return [...new Set([...found].map(([, quoted, bare]) => quoted ?? bare ?? ''))]
}

/** Those that are there or ever spoke. */
export const hostChecks = (
  facts: readonly HostFacts[],
  time: (ms: number) => string,
  isHeardHere: boolean,
): Check[] =>
  facts
    .filter(one => one.found || one.connected !== 'no')
    .map(one => ({ name: one.name, value: valueOf(one, time, isHeardHere), ...findingOf(one, isHeardHere) }))

function valueOf(
  { connected, last_session, last_signal_at, name }: HostFacts,
  time: (ms: number) => string,
  isHeardHere: boolean,
) {
  if (connected === 'no') return `not connected; \`stint setup ${name}\` connects it`
  return [
    connected === 'yes' ? 'connected' : `connected ${connected}`,
    ...(hasHooks(name) && isHeardHere
      ? [last_signal_at === null ? 'no signal yet' : `last signal ${time(last_signal_at)}`]
      : []),
    ...(last_session ? [`last session on ${last_session.project}`] : []),
  ].join(', ')
}

function findingOf(of: HostFacts, isHeardHere: boolean): Pick<Check, 'problem' | 'warning'> {
  const { connected, last_session, last_signal_at, missing, name, next, problem, up_to_date } = of
  const again = `\`stint setup ${name}\``
  if (problem) return { problem: [problem.message, problem.hint ?? ''].join(' ').trim() }
  if (missing.length > 0)
    return { problem: `its files name ${missing.join(' and ')}, which is gone; ${again} writes them anew.` }
  if (connected === 'partly' || (connected === 'yes' && !up_to_date))
    return { warning: `its files are not as this stint would write them; ${again} does.` }
  if (isHeardHere && connected === 'yes' && hasHooks(name) && last_signal_at === null)
    return { warning: `its hooks told nothing yet. ${next}` }
  if (last_session?.project !== 'Unsorted') return {}
  const where = last_session.directory ?? 'its folder'
  return { warning: `its last session found no project; \`stint map PROJECT\` in ${where} says which it is.` }
}
