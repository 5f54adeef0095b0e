import { z } from 'zod'

/** ISO 4217 as the runtime knows it. */
const known = new Set(Intl.supportedValuesOf('currency'))

export const isCurrency = (code: string): boolean => known.has(code)

export const currency = z
  .string()
  .overwrite(code => code.trim().toUpperCase())
  .refine(isCurrency, { error: 'Must be an ISO 4217 code such as EUR or USD' })
