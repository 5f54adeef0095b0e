/** An element by its name in UBL; `name@attribute` stands beside the element that has it. */
export interface Tree {
  [name: string]: Branch
}
type Branch = string | undefined | Tree | readonly Branch[]

/** Without what is empty, since an empty element is refused, and without what no XML can hold. */
export function pruned(tree: Tree): Tree {
  const kept = Object.entries(tree).flatMap(([name, branch]) => {
    const left = prunedBranch(branch)
    return left === undefined ? [] : [[name, left] as const]
  })
  return Object.fromEntries(kept)
}

function prunedBranch(branch: Branch): Branch {
  if (branch === undefined) return undefined
  if (typeof branch === 'string') return writable(branch) || undefined
  if (isList(branch)) {
    const left = branch.map(prunedBranch).filter(one => one !== undefined)
    return left.length > 0 ? left : undefined
  }
  const left = pruned(branch)
  return Object.keys(left).length > 0 ? left : undefined
}

const isList = (branch: Tree | readonly Branch[]): branch is readonly Branch[] => Array.isArray(branch)

/** A character reference would not help either: these are in no XML. */
export const writable = (text: string): string => text.replaceAll(unwritable, '').trim()
// oxlint-disable-next-line no-control-regex
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\p{Cs}\ufffe\uffff]/gu
