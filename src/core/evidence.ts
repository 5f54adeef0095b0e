import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Commit, commitsIn, type Evidence, issueIn, subjectsIn } from '../domain/evidence.ts'
import { workingTreeOf } from './place.ts'

/** As much of git's own log as is looked at: thousands of steps. */
const mostRead = 512 * 1024

/** What git knows of the work in a folder: read from its files, never from what was written. */
export function evidenceOf(directory: string, from: number, to: number): Evidence | undefined {
  const tree = workingTreeOf(directory)
  if (!tree) return undefined
  const { git, root } = tree
  const branch = /^ref: refs\/heads\/(.+)$/m.exec(textOf(join(git, 'HEAD')) ?? '')?.[1]
  const issue = branch === undefined ? undefined : issueIn(branch)
  const commits = commitsIn(tailOf(join(git, 'logs', 'HEAD')), from, to)
  return {
    repo: basename(root),
    ...(branch !== undefined && { branch }),
    ...(issue !== undefined && { issue }),
    commits,
  }
}

/** What commits say they did, as far as git's log still has it. A worktree that is gone has left its branch behind. */
export function subjectsOf(directory: string, { branch, commits }: Evidence): Commit[] {
  const tree = workingTreeOf(directory)
  if (!tree || commits.length === 0) return []
  const logs = [['HEAD'], ...(branch === undefined ? [] : [['refs', 'heads', branch]])]
  for (const log of logs) {
    const found = subjectsIn(tailOf(join(tree.git, 'logs', ...log)), commits)
    if (found.length > 0) return found
  }
  return []
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function tailOf(path: string): string {
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    const { size } = fstatSync(file)
    const bytes = Buffer.alloc(Math.min(size, mostRead))
    readSync(file, bytes, 0, bytes.length, size - bytes.length)
    return bytes.toString('utf8')
  } catch {
    return ''
  } finally {
    if (file !== undefined) closeSync(file)
  }
}
