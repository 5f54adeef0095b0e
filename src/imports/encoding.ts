import { TextDecoder } from 'node:util'
import { AppError } from '../domain/error.ts'

export type Chunks = AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>

/** The text of a file, without the mark that may stand before it. */
export async function* decoded(chunks: Chunks): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined
  let start = Buffer.alloc(0)
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk)
    if (decoder) {
      yield text(decoder, bytes)
      continue
    }
    start = Buffer.concat([start, bytes])
    if (start.length < longestMark) continue
    decoder = decoderFor(start)
    yield text(decoder, start)
  }
  if (decoder) yield text(decoder)
  else yield textOf(start)
}

/** The text of a part of a file from its beginning; a letter that is cut at the end is left out. */
export function textOf(head: string | Uint8Array): string {
  const bytes = Buffer.from(head)
  return text(decoderFor(bytes), bytes)
}

const longestMark = 3

/** Spreadsheets on Windows write UTF-16 when asked for Unicode. */
function decoderFor(start: Uint8Array): TextDecoder {
  const [first, second] = start
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding, { fatal: true })
}

/** Without bytes: the end. */
function text(decoder: TextDecoder, bytes?: Uint8Array): string {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode()
  } catch {
    throw new AppError('validation_error', 'The file is not written in UTF-8.', {
      hint: 'Save it again as "CSV UTF-8", or export it again.',
    })
  }
}
