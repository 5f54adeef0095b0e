import fc from 'fast-check'

// Any document: remarks and spaces between any two signs, trailing commas.
const space = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  fc.constantFrom(' ', '\n', '\n  ', '\t', '\r\n', ' // r\n', '/* r */', ' /*\n*/ ', '  '),
)
const join = (parts: string[]): string => parts.join('')
const key = fc.constantFrom('a', 'b', 'mcpServers', 'hooks', 'Stop', 'é"')
export const { document } = fc.letrec<{ document: string; value: string; object: string; array: string }>(
  tie => ({
    document: fc.tuple(fc.constantFrom('', '\ufeff'), space, tie('object'), space).map(join),
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom('1', '-2.5e3', 'true', 'null', '"text"', '"// no remark"', '"\\u0041{"', '{}', '[]'),
      tie('object'),
      tie('array'),
    ),
    object: fc
      .tuple(
        space,
        fc.uniqueArray(fc.tuple(key, space, space, tie('value'), space, space), {
          maxLength: 3,
          selector: one => one[0],
        }),
        fc.boolean(),
      )
      .map(([inside, members, isTrailing]) =>
        list(
          '{}',
          inside,
          isTrailing,
          members.map(([name, s1, s2, v, s3, s4]) => [`${JSON.stringify(name)}${s1}:${s2}${v}${s3}`, s4]),
        ),
      ),
    array: fc
      .tuple(space, fc.array(fc.tuple(tie('value'), space, space), { maxLength: 3 }), fc.boolean())
      .map(([inside, items, isTrailing]) =>
        list(
          '[]',
          inside,
          isTrailing,
          items.map(([v, s1, s2]) => [v + s1, s2]),
        ),
      ),
  }),
)

function list(
  [open = '', close = '']: string,
  inside: string,
  isTrailing: boolean,
  parts: [string, string][],
): string {
  const last = parts.length - 1
  return `${open}${inside}${parts.map(([text, after], at) => text + (at < last || isTrailing ? ',' : '') + after).join('')}${close}`
}
