/** EN 16931 in its two languages, as Germany's public offices want it, and inside the PDF. */
export const eInvoiceFormats = ['xrechnung-ubl', 'xrechnung-cii', 'ubl', 'cii', 'factur-x'] as const
export type EInvoiceFormat = (typeof eInvoiceFormats)[number]

export const isXRechnung = (format: EInvoiceFormat): boolean => format.startsWith('xrechnung')

/** The receiver is found in a network by an electronic address. */
export const isAddressed = (format: EInvoiceFormat): boolean => isXRechnung(format) || format === 'ubl'
