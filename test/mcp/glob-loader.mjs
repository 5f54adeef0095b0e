import { register } from 'node:module'

// The suites import fs.globSync, which Node 20 does not have and a run against a server does not call.

const fs = `export * from 'node:fs'; export { default } from 'node:fs'; export const globSync = () => []`
const hooks = `
const url = ${JSON.stringify(`data:text/javascript,${encodeURIComponent(fs)}`)}
export const resolve = (name, context, next) =>
  name === 'fs' ? { url, shortCircuit: true } : next(name, context)
`
register(`data:text/javascript,${encodeURIComponent(hooks)}`)
