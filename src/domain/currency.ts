import * as z from 'zod'

/** ISO 4217 by the number of decimals, because runtimes differ in what they know and in how they print it. */
const byExponent = [
  [
    0,
    `
    BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF`,
  ],
  [
    2,
    `
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD
    CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
    GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD
    MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP
    PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT
    TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
] as const

const exponents = new Map<string, number>(
  byExponent.flatMap(([exponent, codes]) =>
    codes
      .trim()
      .split(/\s+/)
      .map(code => [code, exponent] as const),
  ),
)

export const isCurrency = (code: string): boolean => exponents.has(code)
export const currencies: readonly string[] = [...exponents.keys()].toSorted()

/** How many decimals its money has. */
export function exponentOf(currency: string): number {
  const exponent = exponents.get(currency)
  if (exponent === undefined) throw new Error(`${currency} is no currency.`)
  return exponent
}

const error = 'Must be an ISO 4217 code such as EUR or USD'
const code = z
  .string()
  .max(20, { error, abort: true })
  .overwrite(text => text.trim().toUpperCase())

export const currency = code.refine(isCurrency, { error })
export const currencyOrNone = code.refine(text => text === '' || isCurrency(text), {
  error: `${error}, or empty`,
})
