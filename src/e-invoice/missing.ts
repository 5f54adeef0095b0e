import type { InvoiceDocument, Party } from '../domain/invoice-document.ts'
import { isCountry, vatId } from './codes.ts'
import { type EInvoiceFormat, isAddressed, isXRechnung } from './format.ts'
import { registrationOf, shownVatId } from './party.ts'
import { isOutOfScope } from './tax.ts'

export interface Missing {
  /** `seller.postal_code`: where it would stand in the document. */
  field: string
  /** In words. */
  what: string
  /** The command that fills it. */
  where: string
}

/**
 * What the document lacks to be valid in that format, in the order in which a person would fill it in. A draft can be
 * asked too: sending freezes both addresses, so before it is the time to know. `client` is the name that the client is
 * known by here; its name on paper may be another.
 */
export function missingFor(
  document: InvoiceDocument,
  format: EInvoiceFormat,
  client: string = document.buyer.name,
): Missing[] {
  const needs = [
    ...everywhere,
    ...(isAddressed(format) ? addressed : []),
    ...(isXRechnung(format) ? germany : []),
  ]
  return needs
    .filter(need => need.lacks(document))
    .map(({ of, field, what, example }) => {
      const owner =
        of === 'seller.' || of === 'payment.' ? 'settings update' : `client save ${shellWord(client)}`
      return { field: `${of}${field}`, what, where: `${owner} ${flag(field)} ${example}` }
    })
}

interface Need {
  of: 'seller.' | 'payment.' | 'buyer.' | ''
  field: string
  what: string
  example: string
  lacks(document: InvoiceDocument): boolean
}

const everywhere: Need[] = [
  seller('name', 'The name of who bills', "'Example Ltd'"),
  {
    ...seller('country', 'The country of your address', 'DE'),
    lacks: document => !isCountry(document.seller.country),
  },
  {
    ...seller('tax_id', 'Your VAT id with its country before it', 'DE123456789'),
    lacks: ({ seller }) => Boolean(seller.tax_id) && !vatId(seller.tax_id),
  },
  {
    ...seller('tax_id', 'Your VAT id, or your national tax number: the invoice has tax', 'DE123456789'),
    lacks: ({ seller, lines }) =>
      !seller.tax_id && !seller.tax_number && lines.some(line => line.tax_rate !== '0'),
  },
  {
    ...seller(
      'registration',
      'A company register entry, or a tax number: something has to identify you',
      'HRB1234',
    ),
    lacks: document =>
      !isTaxed(document) && !shownVatId(document, document.seller) && !registrationOf(document),
  },
  {
    ...buyer('country', "The country of the client's address", 'DE'),
    lacks: document => !isCountry(document.buyer.country),
  },
  {
    ...buyer('tax_id', "The client's VAT id with its country before it", 'DE123456789'),
    lacks: document => {
      const { tax_id } = document.buyer
      return !isOutOfScope(document) && Boolean(tax_id) && !vatId(tax_id)
    },
  },
]

const addressed: Need[] = [
  {
    ...seller('email', 'Your e-mail address: the invoice is sent from it', 'billing@example.com'),
    lacks: document => !isEmail(document.seller.email),
  },
  {
    ...buyer('email', "The client's e-mail address: the invoice is sent to it", 'invoices@example.com'),
    lacks: document => !isEmail(document.buyer.email),
  },
]

const germany: Need[] = [
  seller('contact', 'The person to ask about the invoice', "'Erika Muster'"),
  {
    ...seller('phone', 'Your phone number, of three digits at least', "'+49 30 123456'"),
    lacks: ({ seller }) => !/\d.*\d.*\d/.test(seller.phone ?? ''),
  },
  seller('postal_code', 'The postal code of your address', '10115'),
  seller('city', 'The city of your address', 'Berlin'),
  {
    of: 'payment.',
    field: 'iban',
    what: 'The account that the invoice is paid to',
    example: 'DE89370400440532013000',
    lacks: ({ payment }) => !payment.iban,
  },
  buyer('postal_code', "The postal code of the client's address", '10115'),
  buyer('city', "The city of the client's address", 'Berlin'),
  {
    of: '',
    field: 'buyer_reference',
    what: 'The Leitweg-ID of a public office, or what else the client asks you to name',
    example: '04011000-12345-34',
    lacks: ({ buyer_reference }) => !buyer_reference?.trim(),
  },
]

function seller(field: keyof Party, what: string, example: string): Need {
  return { of: 'seller.', field, what, example, lacks: document => !document.seller[field]?.trim() }
}

function buyer(field: keyof Party, what: string, example: string): Need {
  return { of: 'buyer.', field, what, example, lacks: document => !document.buyer[field]?.trim() }
}

/** Whoever may tax has said a tax number already, or was asked for one. */
const isTaxed = ({ lines }: InvoiceDocument): boolean => lines.some(line => line.tax_rate !== '0')

/** One @ with two characters on either side, and no dot at an edge (BR-DE-28). */
const isEmail = (text = ''): boolean => /^(?!\.)[^@\s]+[^@\s.]@[^@\s.][^@\s]*[^@\s.]$/.test(text)

/** The seller's name is the workspace's company. */
const flag = (field: string): string => (field === 'name' ? '--company' : `--${field.replaceAll('_', '-')}`)

/** Somebody pastes it: a name must not become a command. */
const shellWord = (name: string): string =>
  /^[\w-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`
