/** Makes paper of an invoice. What it takes is large and seldom used, so it waits in a file of its own. */
export const paper = async () => await import('../paper/index.ts')
