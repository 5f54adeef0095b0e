import { membersNamed } from '../../tools/import.ts'
import type { Context } from '../core/context.ts'
import { resolveMember } from '../core/resolve.ts'
import { AppError } from '../domain/error.ts'

/** Who the people of a file are here: as it was said, else by their whole names. */
export async function membersMeant(
  context: Context,
  names: Iterable<string>,
  said: readonly string[] = [],
): Promise<Map<string, string>> {
  const ids = new Map<string, string>()
  for (const [name, member] of pairsIn(said)) ids.set(name, (await resolveMember(context, member)).id)
  const open = [...names].filter(name => !ids.has(name))
  const { found, members, unknown } = await membersNamed(context, open)
  if (unknown.length > 0) throw nobody(unknown, members)
  for (const [name, { id }] of found) ids.set(name, id)
  return ids
}

/** A name may have a comma, at which a list of flags is cut: `Byron, Ada=ada`. */
function pairsIn(members: readonly string[]): [name: string, member: string][] {
  const text = members.join(', ')
  const pairs = [...text.matchAll(/([^=]+)=([^=,]+)(?:,|$)/g)]
  if (pairs.map(([all]) => all).join('') === text)
    return pairs.map(([, name = '', member = '']) => [name.trim(), member.trim()])
  throw new AppError('validation_error', `--member ${JSON.stringify(text)} does not say who is who.`, {
    hint: 'Write it as --member "Name in the file=member".',
  })
}

function nobody(unknown: readonly string[], members: readonly string[]): AppError {
  const [first = ''] = unknown
  return new AppError(
    'not_found',
    `The file has time of ${unknown.map(name => JSON.stringify(name)).join(', ')}, and no member is called so.`,
    {
      details: { unknown, members },
      hint: `Say who it is, as in --member "${first}=${members[0] ?? ''}". The members are ${members.join(', ')}.`,
    },
  )
}
