/** JSON as YAML: blocks for people, and every text that could be read as something else in quotes. */
export function yaml(value: unknown): string {
  return `${block(value, '')}\n`
}

function block(value: unknown, indent: string): string {
  if (Array.isArray(value) && value.length > 0)
    return value.map(one => `${indent}- ${block(one, `${indent}  `).trimStart()}`).join('\n')
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const fields = Object.entries(value).filter(([, one]) => one !== undefined)
    if (fields.length > 0) return fields.map(([name, one]) => field(name, one, indent)).join('\n')
  }
  return `${indent}${inline(value)}`
}

function field(name: string, value: unknown, indent: string): string {
  const isBlock = typeof value === 'object' && value !== null && Object.keys(value).length > 0
  const key = `${indent}${plain(name)}:`
  return isBlock ? `${key}\n${block(value, `${indent}  `)}` : `${key} ${inline(value)}`
}

const inline = (value: unknown): string => (typeof value === 'string' ? plain(value) : JSON.stringify(value))

const words = /^(?:null|true|false|yes|no|on|off|y|n)$/i

const plain = (text: string): string =>
  /^[a-z_$][\w.$-]*(?: [a-z][\w.$-]*)*$/i.test(text) && !words.test(text) ? text : JSON.stringify(text)
