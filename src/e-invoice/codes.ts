import { invoiceSchema } from '@e-invoice-eu/core'

// What EN 16931 allows, read from the library's schema: it refuses everything else.
interface CodeLists {
  $defs: { codeLists: { ISO3166: { enum: string[] }; ISO4217: { enum: string[] } } }
}
// its own type describes what the schema admits, not the schema
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const { codeLists } = (invoiceSchema as unknown as CodeLists).$defs

const countries = new Set(codeLists.ISO3166.enum)
const currencies = new Set(codeLists.ISO4217.enum)

export const isCountry = (code: string | undefined): code is string => countries.has(code ?? '')
export const isKnownCurrency = (code: string): boolean => currencies.has(code)

const union = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ')

/** Where a service for a business in another member state is taxed at the one who receives it. */
export const isInUnion = (country: string | undefined): boolean => union.includes(country ?? '')

/** `de 123.456.789` is DE123456789. It begins with its country, and Greece with EL; a number without one is no VAT id. */
export function vatId(text: string | undefined): string | undefined {
  const id = text?.toUpperCase().replaceAll(/[^A-Z0-9+*]/g, '') ?? ''
  const country = id.slice(0, 2)
  return id.length > 4 && (isCountry(country) || country === 'EL') ? id : undefined
}
