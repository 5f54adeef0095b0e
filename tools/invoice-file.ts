import * as z from 'zod'
import type { Context } from '../src/core/context.ts'
import { eInvoice } from '../src/core/e-invoice.ts'
import { fileOf, fileShape, fileText } from '../src/core/file.ts'
import { shownInvoice } from '../src/core/invoice-shown.ts'
import { query } from '../src/core/operation.ts'
import { paper } from '../src/core/paper.ts'
import { type InvoiceDocument, invoiceDocument } from '../src/domain/invoice-document.ts'
import { eInvoiceFormats } from '../src/e-invoice/format.ts'
import { invoiceRef, storedInvoice } from './invoice.ts'

const output = z.object({ file: fileShape })
const text = ({ file }: z.infer<typeof output>) => fileText(file)
const asked = {
  scope: 'read',
  role: 'manager',
  file: true,
  input: z.strictObject({ invoice: invoiceRef }),
  output,
  text,
} as const
type Sheets = Awaited<ReturnType<typeof paper>>

const made =
  (
    ending: string,
    media_type: string,
    print: (sheets: Sheets, document: InvoiceDocument) => string | Uint8Array | Promise<Uint8Array>,
  ) =>
  async (context: Context, { invoice }: { invoice: string }) => {
    const document = await printed(context, invoice)
    const content = await print(await paper(), document)
    return { file: fileOf(`${nameOf(document)}.${ending}`, media_type, content) }
  }

export const getInvoicePdf = query({
  name: 'get_invoice_pdf',
  summary: 'An invoice as PDF: byte for byte the same for the same invoice.',
  ...asked,
  route: 'GET /invoices/{invoice}/pdf',
  command: 'invoice pdf <invoice>',
  examples: ['invoice pdf 2026-0001', 'invoice pdf 2026-0001 --out march.pdf'],
  run: made('pdf', 'application/pdf', (sheets, document) => sheets.pdf(document)),
})

export const getInvoiceHtml = query({
  name: 'get_invoice_html',
  summary: 'An invoice as one page that prints well.',
  ...asked,
  route: 'GET /invoices/{invoice}/html',
  command: 'invoice html <invoice>',
  examples: ['invoice html 2026-0001', 'invoice html 2026-0001 --out march.html'],
  run: made('html', 'text/html; charset=utf-8', (sheets, document) => sheets.html(document)),
})

export const getInvoiceCsv = query({
  name: 'get_invoice_csv',
  summary: 'The lines of an invoice as CSV.',
  ...asked,
  route: 'GET /invoices/{invoice}/csv',
  command: 'invoice csv <invoice>',
  examples: ['invoice csv 2026-0001', 'invoice csv 2026-0001 --out -'],
  run: made('csv', 'text/csv; charset=utf-8', (sheets, document) => sheets.csv(document)),
})

const usualFormat = 'xrechnung-ubl'
const format = z.enum(eInvoiceFormats).describe(`Default ${usualFormat}; factur-x is a PDF`)

export const getEInvoice = query({
  name: 'get_e_invoice',
  summary: 'A sent invoice for machines, by EN 16931: XRechnung, UBL, CII or Factur-X.',
  scope: 'read',
  role: 'manager',
  route: 'GET /invoices/{invoice}/e-invoice',
  command: 'invoice xml <invoice>',
  examples: ['invoice xml 2026-0001', 'invoice xml 2026-0001 --format factur-x'],
  file: true,
  input: z.strictObject({
    invoice: invoiceRef,
    format: format.optional(),
  }),
  output,
  text,

  async run(context, { format = usualFormat, invoice }) {
    const document = await printed(context, invoice)
    const pdf = format === 'factur-x' ? await (await paper()).pdf(document) : undefined
    const made = await (await eInvoice()).eInvoice(document, format, pdf)
    return { file: fileOf(made.file_name, made.media_type, made.bytes) }
  },
})

export const checkEInvoice = query({
  name: 'check_e_invoice',
  summary: 'What an invoice lacks to become an e-invoice. What is sent is fixed: look at the draft.',
  scope: 'read',
  role: 'manager',
  toolset: 'more',
  route: 'GET /invoices/{invoice}/e-invoice/missing',
  command: 'invoice check <invoice>',
  examples: ['invoice check acme', 'invoice check acme --format factur-x'],
  input: z.strictObject({ invoice: invoiceRef, format: format.optional() }),
  output: z.object({
    format: z.enum(eInvoiceFormats),
    missing: z.array(
      z.object({
        field: z.string(),
        what: z.string(),
        where: z.string().describe('The command that fills it'),
      }),
    ),
  }),
  text: ({ format, missing }) =>
    missing.length === 0
      ? `Nothing is missing for ${format}.`
      : [
          `For ${format} there is missing:`,
          { columns: ['', 'Fill it with'], rows: missing.map(one => [one.what, one.where]) },
        ],

  async run(context, { format = usualFormat, invoice }) {
    const shown = await shownInvoice(context, await storedInvoice(context, invoice))
    const { missingFor } = await eInvoice()
    return { format, missing: missingFor(invoiceDocument.parse(shown), format, shown.client.name) }
  },
})

async function printed(context: Context, ref: string): Promise<InvoiceDocument> {
  return invoiceDocument.parse(await shownInvoice(context, await storedInvoice(context, ref)))
}

const nameOf = ({ id, number }: InvoiceDocument): string => `invoice-${number ?? id}`
