/** Cuts what comes in into lines. A line may come in many pieces: they are joined once, when it is whole. */
export class Lines {
  /** A line longer than any of interest was left out. */
  leftOut = false
  #pieces: string[] = []
  #length = 0
  readonly #take: (line: string) => void
  readonly #longest: number

  constructor(take: (line: string) => void, longest: number) {
    this.#take = take
    this.#longest = longest
  }

  write(chunk: string): void {
    let from = 0
    for (let end = chunk.indexOf('\n'); end !== -1; end = chunk.indexOf('\n', from)) {
      this.#keep(chunk.slice(from, end))
      this.end()
      from = end + 1
    }
    if (from < chunk.length) this.#keep(chunk.slice(from))
  }

  /** The last line may have no end, or be torn. */
  end(): void {
    const line = this.#pieces.length === 1 ? this.#pieces[0] : this.#pieces.join('')
    this.#pieces = []
    this.#length = 0
    if (line) this.#take(line)
  }

  #keep(piece: string): void {
    this.#length += piece.length
    if (this.#length <= this.#longest) {
      this.#pieces.push(piece)
    } else {
      this.#pieces = []
      this.leftOut = true
    }
  }
}
