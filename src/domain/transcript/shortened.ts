import { latin1 } from './json.ts'

/** How much of a line is enough to see what it is. */
export const headLength = 600

/**
 * A line of Claude Code's log without the one long part in it: what a tool answered, what the model said, what it asked
 * of a tool. Most bytes of a log are never looked at so. A line that looks otherwise comes back whole.
 *
 *     {… "content":[{"tool_use_id":"t","type":"tool_result","content":"<text>" …}]},"uuid":"u","timestamp":"…", …}
 *     {… "content":[{"tool_use_id":"t","type":"tool_result","content":"        "}]},"uuid":"u","timestamp":"…"}
 *
 * A quote inside a text has a backslash before it, so what is found with its quotes stands outside.
 */
export function shortened(line: Buffer, start: string): string {
  if (line.length <= headLength) return start
  for (const seam of seams) {
    const [head] = seam.head.exec(start) ?? []
    if (head !== undefined) return joined(line, head, seam) ?? latin1(line)
  }
  return latin1(line)
}

function joined(line: Buffer, head: string, { closing, tail, another, until }: Seam): string | null {
  const end = line.indexOf(tail, head.length, 'latin1')
  if (end === -1 || line.subarray(head.length, end).includes(another, 0, 'latin1')) return null
  if (!until) return head + closing + latin1(line, end)
  const [rest] = until.exec(latin1(line, end, end + 200)) ?? []
  return rest === undefined ? null : `${head}${closing}${rest}}`
}

interface Seam {
  /** Up to where the long part begins. */
  head: RegExp
  /** Closes what the head opened. */
  closing: string
  /** What follows the long part. */
  tail: string
  /** Stands in it if it is not the only one. */
  another: string
  /** Where what is wanted ends; without it, all that follows is. */
  until?: RegExp
}

const scalars = String.raw`(?:"\w+":(?:null|true|false|"[^"\\]*"),)*`
const answer = String.raw`^\{${scalars}"message":\{${scalars}"content":\[\{"type":`
const result = String.raw`^\{${scalars}"type":"user","message":\{"role":"user","content":\[\{`

const seams: readonly Seam[] = [
  {
    head: RegExp(String.raw`${result}"tool_use_id":"[\w-]+","type":"tool_result","content":"`),
    closing: '"',
    tail: '}]},"uuid":"',
    another: '"tool_use_id":"',
    until: /^\}\]\},"uuid":"[\w-]+","timestamp":"[^"]+"/,
  },
  {
    head: RegExp(String.raw`${answer}"(?:text|thinking)","\w+":"`),
    closing: '"',
    tail: '}],"stop_reason":',
    another: '"type":"tool_use"',
  },
  {
    head: RegExp(String.raw`${answer}"tool_use","id":"[\w-]+","name":"[\w-]+","input":\{`),
    closing: '}',
    tail: '}],"stop_reason":',
    another: '"type":"tool_use"',
  },
]
