import { singular } from './arguments.ts'
import { type Spec, syntaxOf } from './command.ts'
import type { Field } from './field.ts'

export type Shell = 'bash' | 'zsh' | 'fish'

/** A script that knows all commands and flags; only names of projects and clients are asked for while typing. */
export function completion(shell: Shell, specs: readonly Spec[]): string {
  const shown = specs.filter(spec => !spec.hidden).map(typedOf)
  return { bash, zsh, fish }[shell](shown)
}

interface Typed {
  words: string
  about: string
  flags: Flag[]
  /** What may stand where a value is due. */
  values: Source
}

interface Flag extends Source {
  flag: string
  takesValue: boolean
  about: string
}

interface Source {
  choices: readonly string[]
  names?: 'projects' | 'clients' | 'timers'
}

const everywhere: Flag[] = [
  { flag: '--json', takesValue: false, about: 'The answer as JSON', choices: [] },
  { flag: '--yes', takesValue: false, about: 'Do not ask', choices: [] },
  { flag: '--help', takesValue: false, about: 'Help', choices: [] },
]

function typedOf(spec: Spec): Typed {
  const { flags, values, words } = syntaxOf(spec)
  const [first] = values
  return {
    words,
    about: sentence(spec.summary),
    flags: [...flags.flatMap(flagsOf), ...everywhere],
    values: first ? sourceOf(first.field, words) : { choices: [] },
  }
}

function flagsOf(field: Field): Flag[] {
  const about = sentence(field.about)
  const source = sourceOf(field, '')
  const name = field.kind === 'list' ? singular(field.flag) : field.flag
  const flag = { flag: `--${name}`, takesValue: field.kind !== 'truth', about, ...source }
  return field.kind === 'truth' ? [flag, { ...flag, flag: `--no-${field.flag}` }] : [flag]
}

const periods = (
  'today yesterday this_week last_week this_month last_month this_quarter last_quarter this_year last_year ' +
  'last_7_days last_30_days last_90_days week_to_date month_to_date quarter_to_date year_to_date last_12_months all_time'
).split(' ')

function sourceOf(field: Field, words: string): Source {
  if (field.name === 'period') return { choices: periods }
  const isRunning = /^(stop|pause|resume|discard|timer update)$/.test(words)
  if (isRunning && /^(project|timer)$/.test(field.name)) return { choices: [], names: 'timers' }
  if (/^(project|move_to|fallback_project)$/.test(field.name)) return { choices: [], names: 'projects' }
  return field.name === 'client' ? { choices: [], names: 'clients' } : { choices: field.choices }
}

const sentence = (text: string): string => (text.split(/(?<=\.) |: /)[0] ?? '').replace(/\.$/, '')

interface Branch {
  /** What was typed so far: `project`. */
  path: string
  next: string[]
}

/** The words that may follow what was typed, for every beginning of a command. */
function branches(commands: readonly Typed[]): Branch[] {
  const found = new Map<string, Set<string>>()
  for (const { words } of commands) {
    const parts = words.split(' ')
    parts.forEach((part, at) => {
      const path = parts.slice(0, at).join(' ')
      found.set(path, (found.get(path) ?? new Set()).add(part))
    })
  }
  return [...found].map(([path, next]) => ({ path, next: [...next] }))
}

const flagsByName = (commands: readonly Typed[]): Map<string, Flag> =>
  new Map(commands.flatMap(({ flags }) => flags.filter(one => one.takesValue).map(one => [one.flag, one])))

const sh = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** What may follow a flag: the same after each command, as a rule. */
function valueArms(commands: readonly Typed[], offer: (of: Source) => string): string[] {
  const arm = (pattern: string, offered: string): string =>
    `    ${pattern}) words="" flags="" names=""; ${offered} ;;`
  return [...flagsByName(commands).keys()].flatMap(flag => {
    const offers = commands.flatMap(({ flags, words }) => {
      const own = flags.find(one => one.flag === flag)
      return own ? [{ words, offered: offer(own) }] : []
    })
    const [first] = new Set(offers.map(one => one.offered))
    if (first !== undefined && offers.every(one => one.offered === first)) return [arm(`*' ${flag}'`, first)]
    return offers.map(({ offered, words }) => arm(sh(`${words} ${flag}`), offered))
  })
}

function bash(commands: readonly Typed[]): string {
  const offer = ({ choices, names }: Source): string =>
    names ? `names=${names}` : choices.length > 0 ? `words=${sh(choices.join(' '))}` : ':'
  const byPath = new Map(branches(commands).map(({ next, path }) => [path, next]))
  const paths = [...new Set([...byPath.keys(), ...commands.map(one => one.words)])]
  const arms = paths.map(path => {
    const command = commands.find(one => one.words === path)
    const next = byPath.get(path) ?? []
    const words = [...next, ...(command?.values.choices ?? [])].join(' ')
    const flags = (command?.flags ?? everywhere).map(one => one.flag).join(' ')
    const names = command?.values.names ? ` names=${command.values.names}` : ''
    return `    ${sh(path)}) words=${sh(words)} flags=${sh(flags)}${names} ;;`
  })
  return `# stint completion for bash
_stint() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local path="" words="" flags="" names="" word line
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path\${path:+ }$word" in
      ${paths
        .filter(path => path !== '')
        .map(sh)
        .join('|')}) path="$path\${path:+ }$word" ;;
    esac
  done
  case "$path" in
${arms.join('\n')}
  esac
  case "$path $previous" in
${valueArms(commands, offer).join('\n')}
  esac
  COMPREPLY=()
  if [[ "$current" == -* ]]; then words="$flags" names=""; fi
  while IFS= read -r line; do [[ -n "$line" ]] && COMPREPLY+=("$line"); done < <(compgen -W "$words" -- "$current")
  if [[ -n "$names" ]]; then
    while IFS= read -r line; do
      if [[ "$line" == "$current"* ]]; then COMPREPLY+=("$(printf '%q' "$line")"); fi
    done < <(stint complete "$names" 2>/dev/null)
  fi
}
complete -o default -F _stint stint
`
}

function zsh(commands: readonly Typed[]): string {
  const offer = ({ choices, names }: Source): string =>
    names
      ? `_stint_names ${names}`
      : choices.length > 0
        ? `compadd -- ${choices.map(sh).join(' ')}`
        : '_files'
  const byPath = branches(commands)
  const paths = [...new Set([...byPath.map(one => one.path), ...commands.map(one => one.words)])]
  const arms = paths.map(path => {
    const command = commands.find(one => one.words === path)
    const next = byPath.find(one => one.path === path)?.next ?? []
    const described = next.map(word => {
      const found = commands.find(one => one.words === [path, word].filter(part => part !== '').join(' '))
      return sh(`${word.replaceAll(':', '\\:')}:${found?.about ?? 'more'}`)
    })
    const flags = (command?.flags ?? everywhere).map(one => sh(`${one.flag}:${one.about}`)).join(' ')
    const value = command && hasMore(command.values) ? offer(command.values) : ''
    const words = described.length > 0 ? `next=(${described.join(' ')}); _describe command next` : ''
    const both = [words, value].filter(part => part !== '').join('; ') || ':'
    return `    ${sh(path)}) flags=(${flags}); if [[ $PREFIX == -* ]]; then _describe flag flags; else ${both}; fi ;;`
  })
  const valued = [...flagsByName(commands).values()]
  return `#compdef stint
# stint completion for zsh
_stint_names() {
  local -a found
  found=(\${(f)"$(stint complete $1 2>/dev/null)"})
  compadd -a found
}
_stint() {
  local wordpath="" word
  local -a next flags
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$wordpath\${wordpath:+ }$word" in
      ${paths
        .filter(path => path !== '')
        .map(sh)
        .join('|')}) wordpath="$wordpath\${wordpath:+ }$word" ;;
    esac
  done
  case "\${words[CURRENT-1]}" in
${valued.map(one => `    ${one.flag}) ${offer(one)}; return ;;`).join('\n')}
  esac
  case "$wordpath" in
${arms.join('\n')}
  esac
}
if [[ "$funcstack[1]" == "_stint" ]]; then _stint "$@"; else compdef _stint stint; fi
`
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
const hasMore = ({ choices, names }: Source): boolean => names !== undefined || choices.length > 0

function fish(commands: readonly Typed[]): string {
  const offer = ({ choices, names }: Source): string =>
    names ? quoted(`(stint complete ${names} 2>/dev/null)`) : quoted(choices.join(' '))
  const next = branches(commands).flatMap(({ next, path }) =>
    next.map(word => {
      const found = commands.find(one => one.words === [path, word].filter(part => part !== '').join(' '))
      return `complete -c stint -f -n ${quoted(`__stint_at ${quoted(path)}`)} -a ${quoted(word)} -d ${quoted(found?.about ?? 'more')}`
    }),
  )
  const rest = commands.flatMap(({ flags, values, words }) => {
    const here = quoted(`__stint_at ${quoted(words)}`)
    return [
      ...(hasMore(values) ? [`complete -c stint -f -n ${here} -a ${offer(values)}`] : []),
      ...flags.map(one => {
        const value = one.takesValue ? ` -r${hasMore(one) ? ` -f -a ${offer(one)}` : ''}` : ''
        return `complete -c stint -n ${here} -l ${one.flag.slice(2)}${value} -d ${quoted(one.about)}`
      }),
    ]
  })
  const paths = [...new Set([...branches(commands).map(one => one.path), ...commands.map(one => one.words)])]
  return `# stint completion for fish
function __stint_at
  set -l typed ""
  for word in (commandline -opc)[2..-1]
    set -l longer (string trim "$typed $word")
    switch $longer
      case ${paths
        .filter(path => path !== '')
        .map(quoted)
        .join(' ')}
        set typed $longer
    end
  end
  test "$typed" = "$argv[1]"
end
complete -c stint -f
${next.join('\n')}
${rest.join('\n')}
`
}
