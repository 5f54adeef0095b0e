import { wordsOf } from './command.ts'
import type { Field } from './field.ts'

interface Named {
  name: string
  command: string
}

/**
 * Operations speak of tools and fields, as an assistant calls them. A person types commands and flags:
 * `list_projects` is `stint projects`, `archived: false` is --no-archived, `stop_others` is --stop-others.
 */
export function inTyping(text: string, operations: readonly Named[], fields: readonly Field[]): string {
  return text
    .replace(/(?<![`\w])([a-z]\w*): (true|false)\b/g, (all, name: string, truth: string) => {
      const field = fields.find(one => one.name === name && one.kind === 'truth')
      return field ? `--${truth === 'true' ? '' : 'no-'}${field.flag}` : all
    })
    .replace(/(?<![`\w/.])[a-z]+(?:_[a-z]+)+(?![\w/])/g, name => typed(name, operations, fields))
    .replace(/^[a-z]+(?= )/, word => typed(word, operations, []))
}

function typed(name: string, operations: readonly Named[], fields: readonly Field[]): string {
  const operation = operations.find(one => one.name === name)
  if (operation) return `\`stint ${wordsOf(operation.command)}\``
  const field = fields.find(one => one.name === name)
  return field ? `--${field.flag}` : name
}
