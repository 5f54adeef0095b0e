import { InvoiceService } from '@e-invoice-eu/core'
import { AppError } from '../domain/error.ts'
import type { InvoiceDocument } from '../domain/invoice-document.ts'
import { facturX } from './attach.ts'
import type { EInvoiceFormat } from './format.ts'
import { type Issued, invoiceOf } from './invoice.ts'
import { missingFor } from './missing.ts'

export { missingFor }

export interface EInvoice {
  bytes: Uint8Array
  media_type: 'application/xml' | 'application/pdf'
  file_name: string
}

/** The invoice for machines to read, as EN 16931 has it; `pdf` is the paper that Factur-X goes into. */
export async function eInvoice(
  document: InvoiceDocument,
  format: EInvoiceFormat,
  pdf?: Uint8Array,
): Promise<EInvoice> {
  const invoice = issued(document)
  assertComplete(invoice, format)
  const name = `invoice-${invoice.number.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')}`
  if (format !== 'factur-x') {
    const bytes = new TextEncoder().encode(await written(invoice, format))
    return { bytes, media_type: 'application/xml', file_name: `${name}.xml` }
  }
  if (!pdf) throw new Error('Factur-X goes into a PDF, and none was given.')
  const bytes = await facturX(pdf, await written(invoice, 'cii'), invoice.issued_on)
  return { bytes, media_type: 'application/pdf', file_name: `${name}.pdf` }
}

/** Only what was sent has a number, and what is void demands nothing. */
function issued(document: InvoiceDocument): Issued {
  const { status, number, issued_on } = document
  if (number !== undefined && issued_on !== undefined && (status === 'sent' || status === 'paid'))
    return { ...document, number, issued_on }
  const state = status === 'void' ? 'void' : 'a draft'
  throw new AppError(
    'invoice_state',
    `Only an invoice that was sent can be an e-invoice; this one is ${state}.`,
  )
}

function assertComplete(document: Issued, format: EInvoiceFormat): void {
  const missing = missingFor(document, format)
  if (missing.length === 0) return
  const list = missing.map(({ what, where }) => `${what} (${where})`).join('; ')
  throw new AppError('validation_error', `The e-invoice ${document.number} lacks: ${list}.`, {
    details: { missing },
  })
}

async function written(document: Issued, format: EInvoiceFormat): Promise<string> {
  const xml = await new InvoiceService(silent).generate(invoiceOf(document), { format, lang: 'en' })
  if (typeof xml !== 'string') throw new Error(`${format} came out as bytes.`)
  return xml
}

const nothing = (): void => undefined
const silent = { log: nothing, warn: nothing, error: nothing }
