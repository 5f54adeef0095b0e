/** One seed, the same choices. When the machine lets which process run is not among them. */
export function chanceOf(seed) {
  let state = seed >>> 0
  // mulberry32
  const share = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = limit => Math.floor(share() * limit)
  return {
    below,
    between: (low, high) => low + below(high - low),
    one: list => list[below(list.length)],
    happens: part => share() < part,
    /** For a process of its own, whose choices must not depend on the order in which processes run. */
    branch: () => chanceOf(below(2 ** 32)),
  }
}
