import {
  type GetPromptResult,
  type Prompt,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server'
import type { Catalogue } from './catalogue.ts'
import type { McpDoor } from './requests.ts'
import { completeClient } from './resources.ts'

type Values = Record<string, string | undefined>

interface Recipe {
  prompt: Prompt
  /** The tools it tells the model to use: without them it is not offered. */
  tools: readonly string[]
  text: (values: Values) => string
  complete: Record<string, (door: McpDoor, value: string) => Promise<string[]>>
}

const oneOf =
  (...names: string[]) =>
  async (_: McpDoor, value: string): Promise<string[]> =>
    names.filter(name => name.startsWith(value.toLowerCase()))

const recipes: readonly Recipe[] = [
  {
    prompt: {
      name: 'end_of_day',
      title: 'End of the day',
      description: 'Close what still runs, fill the gaps and sum up the day.',
      arguments: [{ name: 'day', description: 'today, yesterday or a date; default today', required: false }],
    },
    tools: ['status', 'list_entries', 'stop_timer', 'end_session', 'log_time'],
    complete: { day: oneOf('today', 'yesterday') },
    text: ({ day = 'today' }) => `\
Help me to close my day (${quoted(day)}).
1. Call status. Name what runs and what ended by itself; ask me for each whether to stop, keep, trim or discard it, then do that (stop_timer, end_session, update_timer).
2. Call list_entries with period ${quoted(day)}. Show the entries with their hours, and point out gaps, overlaps and entries without a description.
3. Ask me what is missing, and write it with log_time; put descriptions right with edit_entry. Change nothing that I did not agree to.
4. Sum up: hours by project, mine and the agents', and what is billable.`,
  },
  {
    prompt: {
      name: 'weekly_review',
      title: 'Review of the week',
      description: 'The hours of a week against the week before, with what needs attention.',
      arguments: [
        { name: 'week', description: 'this_week, last_week or 2026-W23; default this_week', required: false },
        { name: 'client', description: 'Only this client', required: false },
      ],
    },
    tools: ['get_report', 'list_entries'],
    complete: { week: oneOf('this_week', 'last_week'), client: completeClient },
    text: ({ client, week = 'this_week' }) => `\
Review my week (${quoted(week)})${client ? ` for the client ${quoted(client)}` : ''}.
1. Call get_report with period ${quoted(week)}, group_by project and compare previous${client ? `, client ${quoted(client)}` : ''}; then the same with group_by day.
2. Show hours by project and by day, mine and the agents', what is billable, and what changed against the week before.
3. Call list_entries for the same period and point out what looks wrong: days without time, very long entries, entries without a description or on the wrong project.
4. Propose corrections and make only those that I agree to. Close with three sentences that I could send on.`,
  },
  {
    prompt: {
      name: 'invoice_month',
      title: 'Invoice a month',
      description: 'Draft the invoice of a client for a month, look at it together, then send it.',
      arguments: [
        { name: 'client', description: 'Who is billed', required: true },
        { name: 'month', description: 'last_month or 2026-05; default last_month', required: false },
      ],
    },
    tools: ['draft_invoice', 'update_invoice', 'list_entries'],
    complete: { client: completeClient, month: oneOf('last_month', 'this_month') },
    text: ({ client = '', month = 'last_month' }) => `\
Invoice ${quoted(client)} for ${quoted(month)}.
1. Call draft_invoice with client ${quoted(client)}, period ${quoted(month)} and preview true. Show me the lines, subtotal, discount, tax and total, and everything in notes_to_you and left_out: time without a rate, overlaps, what hangs over the month.
2. Where entries overlap, show what add, merge and split come to and ask me which to use. Call list_entries for what looks wrong, and correct only what I agree to.
3. When I am content, call draft_invoice again without preview, and show me the total once more.
4. Only after I said yes to that total, call update_invoice with action send and expected_total as I saw it. If it answers total_mismatch, show me what changed and ask again.
5. Tell me its number and when it is due.`,
  },
]

const quoted = (text: string): string => JSON.stringify(text.slice(0, 64))

const offered = (catalogue: Catalogue): Recipe[] =>
  recipes.filter(one => one.tools.every(name => catalogue.tool(name)))

export const listPrompts = (catalogue: Catalogue): Prompt[] => offered(catalogue).map(one => one.prompt)

export function getPrompt(catalogue: Catalogue, name: string, values: Values = {}): GetPromptResult {
  const { prompt, text } = recipe(catalogue, name)
  const known = prompt.arguments?.map(one => one.name) ?? []
  const unknown = Object.keys(values).filter(one => !known.includes(one))
  if (unknown.length > 0) {
    const message = `${name} does not know ${unknown.join(', ')}; it takes ${known.join(', ')}`
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, message)
  }
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))
  const missing = prompt.arguments?.find(one => one.required && given[one.name] === undefined)
  if (missing) {
    const message = `${name} needs ${missing.name}: ${missing.description}`
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, message)
  }
  return {
    ...(prompt.description !== undefined && { description: prompt.description }),
    messages: [{ role: 'user', content: { type: 'text', text: text(given) } }],
  }
}

export async function completeArgument(
  door: McpDoor,
  name: string,
  argument: { name: string; value: string },
): Promise<string[]> {
  const { complete } = recipe(door.catalogue, name)
  if (!Object.hasOwn(complete, argument.name)) return []
  return (await complete[argument.name]?.(door, argument.value)) ?? []
}

function recipe(catalogue: Catalogue, name: string): Recipe {
  const found = offered(catalogue).find(one => one.prompt.name === name)
  if (!found)
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Prompt ${name.slice(0, 64)} not found`)
  return found
}
