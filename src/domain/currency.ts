import * as z from 'zod'

/** ISO 4217 as the runtime knows it. */
const known = new Set(Intl.supportedValuesOf('currency'))

export const isCurrency = (code: string): boolean => known.has(code)

const code = z.string().overwrite(text => text.trim().toUpperCase())
const error = 'Must be an ISO 4217 code such as EUR or USD'

export const currency = code.refine(isCurrency, { error })
export const currencyOrNone = code.refine(text => text === '' || isCurrency(text), {
  error: `${error}, or empty`,
})
