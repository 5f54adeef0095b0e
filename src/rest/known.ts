/** If-None-Match: whether the one who asks has this already. */
export const isKnown = (header: string | undefined, tag: string): boolean =>
  header !== undefined &&
  header.split(',').some(one => one.trim() === '*' || one.trim().replace(/^W\//, '') === tag)
