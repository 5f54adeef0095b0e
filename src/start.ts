import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Script } from 'node:vm'
import { homeFolder } from './domain/home.ts'

// Reading and compiling the program takes longer than most commands. V8 can keep what it compiled, for one build of the
// program and one version of Node. Each of the first starts adds what it used; the build does so for its own Node.
// Without that file everything works, only later.

/** The first alone may have been a mere `--version`. */
const roundsToLearn = 8

interface Compiled {
  data: Buffer
  /** How many starts have added to it. */
  round: number
}

interface Program {
  run(): Promise<void>
}

function load(name: ProgramName): Program {
  const program = join(__dirname, `${name}.cjs`)
  // The bundle is ASCII: as latin1 it is read without a look at its bytes.
  const source = readFileSync(program, 'latin1')
  const kept = readKept(__dirname, name) ?? readKept(cacheFolder(), name)
  const script = new Script(source, { filename: program, cachedData: kept?.data })
  const round = kept && !script.cachedDataRejected ? kept.round : 0
  if (round < roundsToLearn) process.on('exit', () => keep(script, name, round + 1))

  const module: { exports: Partial<Program>; load: typeof load } = { exports: {}, load }
  script.runInThisContext()(module.exports, require, module, program, __dirname)
  // a bundle puts its own exports there, and each of ours has this one
  return module.exports as Program
}

/** Compiled code is code: taken only from a file that nobody could have written but us or the program's owner. */
function readKept(folder: string, name: ProgramName): Compiled | undefined {
  let file: number | undefined
  try {
    file = openSync(join(folder, fileName(name)), 'r')
    const { mode, uid } = fstatSync(file)
    if (!isPrivate(mode, uid)) return undefined
    const bytes = readFileSync(file)
    // the last byte is ours; whatever V8 does not recognise it refuses by itself
    return { data: bytes.subarray(0, -1), round: bytes.at(-1) ?? 0 }
  } catch {
    return undefined
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function isPrivate(mode: number, owner: number): boolean {
  if (process.platform === 'win32') return true
  return (mode & 0o022) === 0 && (isMe(owner) || owner === statSync(join(__dirname, 'main.cjs')).uid)
}

const isMe = (owner: number): boolean => process.platform === 'win32' || owner === process.geteuid?.()

/** Beside the program where it is ours, else in our own folder, else nowhere. */
function keep(script: Script, name: ProgramName, round: number): void {
  try {
    const bytes = Buffer.concat([script.createCachedData(), Buffer.of(round)])
    if (isMe(statSync(__dirname).uid) && write(__dirname, name, bytes)) return
    mkdirSync(cacheFolder(), { recursive: true, mode: 0o700 })
    if (isMe(statSync(cacheFolder()).uid)) write(cacheFolder(), name, bytes)
  } catch {
    // the next start is as slow as this one was
  }
}

function write(folder: string, name: ProgramName, bytes: Buffer): boolean {
  const temporary = join(folder, `.${process.pid}-${fileName(name)}`)
  try {
    writeFileSync(temporary, bytes, { mode: 0o644, flag: 'wx' })
    renameSync(temporary, join(folder, fileName(name)))
    forgetOtherBuilds(folder)
    return true
  } catch {
    rmSync(temporary, { force: true })
    return false
  }
}

function forgetOtherBuilds(folder: string): void {
  for (const name of readdirSync(folder))
    if (isOurs(name) && name.endsWith('.compiled') && !name.includes(STINT_BUILD))
      unlinkSync(join(folder, name))
}

/** Also what one that was killed had begun to write. */
const isOurs = (name: string): boolean => name.startsWith(thisNode()) || /^\.\d+-/.test(name)

// V8 itself checks its version and flags, but of the source only the length: hence the build in the name.
const fileName = (name: ProgramName): string => `${thisNode()}-${STINT_BUILD}-${name}.compiled`

type ProgramName = 'main' | 'main-everyday' | 'main-mcp' | 'main-serve'

const typedAllDay = new Set(
  'start stop pause resume status log entries edit report budget statusline'.split(' '),
)

/** Programs of their own, since each would only be dead weight for the others: what is typed all day, and what serves. */
function programName(): ProgramName {
  const [, , command = '', flag] = process.argv
  if (flag === '--help' || flag === '-h') return 'main'
  if (command === 'mcp' || command === 'serve') return `main-${command}`
  return typedAllDay.has(command) ? 'main-everyday' : 'main'
}

const thisNode = (): string => `${process.version}-${process.arch}`
const cacheFolder = (): string => join(homeFolder(process.env, process.platform, homedir()), 'cache')

void load(programName()).run()
