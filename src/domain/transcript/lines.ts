/** Cuts what comes in into lines. A line may come in many pieces: they are joined once, when it is whole. */
export class Lines {
  /** A line longer than any of interest was left out. */
  leftOut = false
  #pieces: Buffer[] = []
  #length = 0
  readonly #take: (line: Buffer) => void
  readonly #longest: number

  /** A line is only lent: its bytes are others when `take` is over. */
  constructor(take: (line: Buffer) => void, longest: number) {
    this.#take = take
    this.#longest = longest
  }

  write(chunk: Buffer): void {
    let from = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      this.#finish(chunk.subarray(from, end))
      from = end + 1
    }
    if (from < chunk.length) this.#keep(Buffer.from(chunk.subarray(from)))
  }

  /** The last line may have no end, or be torn. */
  end(): void {
    this.#finish(Buffer.alloc(0))
  }

  #finish(rest: Buffer): void {
    if (this.#length > 0) this.#keep(rest)
    const line = this.#length > 0 ? Buffer.concat(this.#pieces) : rest
    if (line.length > this.#longest) this.leftOut = true
    else if (line.length > 0) this.#take(line)
    this.#pieces = []
    this.#length = 0
  }

  #keep(piece: Buffer): void {
    this.#length += piece.length
    if (this.#length <= this.#longest) {
      this.#pieces.push(piece)
    } else {
      this.#pieces = []
      this.leftOut = true
    }
  }
}

const newline = 10
