/** One at a time, in the order of asking. Free: `take` answers nothing and costs nothing. */
export class Turn {
  #taken = false
  readonly #waiting: (() => void)[] = []

  take(): Promise<void> | undefined {
    if (this.#taken) return new Promise(resolve => this.#waiting.push(resolve))
    this.#taken = true
    return undefined
  }

  pass(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#taken = false
  }
}
