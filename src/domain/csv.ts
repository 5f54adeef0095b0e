/**
 * A line of a table for spreadsheets. They run what begins like a formula, also when another person wrote it into a
 * description, so such a cell gets a mark that makes it text.
 */
export const csvLine = (cells: readonly (string | number | null)[]): string =>
  `${cells.map(csvCell).join(',')}\r\n`

const formula = /^[=+\-@\t\r＝]/
const special = /[",\r\n]/

function csvCell(cell: string | number | null): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const harmless = formula.test(cell) ? `'${cell}` : cell
  return special.test(harmless) || harmless !== cell ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
