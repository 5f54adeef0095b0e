import { fstatSync } from 'node:fs'

/**
 * What a program has written into our standard input, as far as it came: it may be endless, or never end. A terminal,
 * or nothing at all, is not waited for.
 */
export async function readInput({ most, within }: { most: number; within: number }): Promise<string> {
  if (!hasInput()) return ''
  const { stdin } = process
  let text = ''
  return new Promise(resolve => {
    const finish = (): void => {
      clearTimeout(timer)
      // else it would keep the program alive
      stdin.destroy()
      resolve(text)
    }
    const timer = setTimeout(finish, within)
    stdin.setEncoding('utf8')
    stdin.on('data', (chunk: string) => {
      text += chunk
      if (text.length >= most || isWhole(text)) finish()
    })
    stdin.on('end', finish)
    stdin.on('error', finish)
  })
}

function hasInput(): boolean {
  try {
    return !fstatSync(0).isCharacterDevice()
  } catch {
    // closed
    return false
  }
}

/** Some hosts leave the pipe open after they have said all. */
function isWhole(text: string): boolean {
  if (!text.trimEnd().endsWith('}')) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
