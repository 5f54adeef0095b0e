const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** A part of a whole, drawn in at most so many signs: `▊` is three quarters of one. Whatever is not nothing is seen. */
export function bar(share: number, cells: number): string {
  if (!(share > 0) || cells <= 0) return ''
  const drawn = Math.max(1, Math.round(Math.min(1, share) * cells * 8))
  return '█'.repeat(Math.floor(drawn / 8)) + (eighths[drawn % 8] ?? '')
}

/** What each is of the largest. */
export function sharesOf(values: readonly number[]): number[] {
  const most = Math.max(0, ...values)
  return values.map(value => (most > 0 ? value / most : 0))
}
