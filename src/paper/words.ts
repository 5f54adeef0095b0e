import type { Rounding } from '../domain/invoice-document.ts'

/** What stands on paper beside the facts, in the languages that we can write. */
export interface Words {
  invoice: string
  marks: { draft: string; void: string; paid: string }
  number: string
  issued: string
  due: string
  period: string
  until: (day: string) => string
  purchaseOrder: string
  buyerReference: string
  billTo: string
  taxId: string
  taxNumber: string
  registration: string
  description: string
  hours: string
  hoursOrQuantity: string
  rate: string
  rateOrPrice: string
  tax: string
  amount: string
  beforeRounding: (hours: string) => string
  rounding: (rounding: Rounding) => string
  subtotal: string
  discount: string
  taxOn: (base: string) => string
  total: string
  /** Of time. */
  sum: string
  paid: string
  amountDue: string
  payment: string
  pay: (amount: string, day: string | undefined) => string
  accountHolder: string
  bank: string
  paymentReference: string
  notes: string
  evidence: string
  evidenceMeaning: string
  date: string
  time: string
  work: string
  person: string
  active: string
  agent: string
  billed: string
}

const english: Words = {
  invoice: 'Invoice',
  marks: { draft: 'DRAFT', void: 'VOID', paid: 'PAID' },
  number: 'Invoice number',
  issued: 'Invoice date',
  due: 'Due date',
  period: 'Service period',
  until: day => `until ${day}`,
  purchaseOrder: 'PO number',
  buyerReference: 'Your reference',
  billTo: 'Bill to',
  taxId: 'VAT ID',
  taxNumber: 'Tax number',
  registration: 'Registration',
  description: 'Description',
  hours: 'Hours',
  hoursOrQuantity: 'Hours / Qty',
  rate: 'Rate',
  rateOrPrice: 'Rate / Price',
  tax: 'Tax',
  amount: 'Amount',
  beforeRounding: hours => `${hours} before rounding`,
  rounding: ({ increment_minutes, mode, scope, minimum_minutes }) => {
    const each = { entry: 'Each entry', day: 'Each day', line: 'Each line' }[scope]
    const way = { up: 'up to the next', nearest: 'to the nearest', down: 'down to the last' }[mode]
    const least = minimum_minutes > 0 ? `, and is at least ${minimum_minutes} minutes long` : ''
    return `${each} is rounded ${way} ${minutes(increment_minutes, 'minute', 'minutes')}${least}.`
  },
  subtotal: 'Subtotal',
  discount: 'Discount',
  taxOn: base => `on ${base}`,
  total: 'Total',
  sum: 'Total',
  paid: 'Paid',
  amountDue: 'Amount due',
  payment: 'Payment',
  pay: (amount, day) => (day ? `Please pay ${amount} by ${day}.` : `Please pay ${amount}.`),
  accountHolder: 'Account holder',
  bank: 'Bank',
  paymentReference: 'Reference',
  notes: 'Notes',
  evidence: 'Record of work',
  evidenceMeaning:
    'Active: a person at work. Agent: an assistant at work. Billed: what of both is billed, before rounding.',
  date: 'Date',
  time: 'Time',
  work: 'Work',
  person: 'Person',
  active: 'Active',
  agent: 'Agent',
  billed: 'Billed',
}

const german: Words = {
  invoice: 'Rechnung',
  marks: { draft: 'ENTWURF', void: 'STORNIERT', paid: 'BEZAHLT' },
  number: 'Rechnungsnummer',
  issued: 'Rechnungsdatum',
  due: 'Zahlbar bis',
  period: 'Leistungszeitraum',
  until: day => `bis ${day}`,
  purchaseOrder: 'Bestellnummer',
  buyerReference: 'Ihre Referenz',
  billTo: 'Rechnung an',
  taxId: 'USt-IdNr.',
  taxNumber: 'Steuernummer',
  registration: 'Register',
  description: 'Beschreibung',
  hours: 'Stunden',
  hoursOrQuantity: 'Std. / Menge',
  rate: 'Satz',
  rateOrPrice: 'Satz / Preis',
  tax: 'USt.',
  amount: 'Betrag',
  beforeRounding: hours => `${hours} vor Rundung`,
  rounding: ({ increment_minutes, mode, scope, minimum_minutes }) => {
    const each = { entry: 'Jeder Eintrag', day: 'Jeder Tag', line: 'Jede Position' }[scope]
    const way = { up: 'aufgerundet', nearest: 'gerundet', down: 'abgerundet' }[mode]
    const least =
      minimum_minutes > 0 ? ` und zählt mindestens ${minutes(minimum_minutes, 'Minute', 'Minuten')}` : ''
    return `${each} wird auf ${minutes(increment_minutes, 'volle Minute', 'Minuten')} ${way}${least}.`
  },
  subtotal: 'Zwischensumme',
  discount: 'Rabatt',
  taxOn: base => `auf ${base}`,
  total: 'Gesamtbetrag',
  sum: 'Summe',
  paid: 'Bezahlt',
  amountDue: 'Offener Betrag',
  payment: 'Zahlung',
  pay: (amount, day) => (day ? `Bitte zahlen Sie ${amount} bis zum ${day}.` : `Bitte zahlen Sie ${amount}.`),
  accountHolder: 'Kontoinhaber',
  bank: 'Bank',
  paymentReference: 'Verwendungszweck',
  notes: 'Hinweise',
  evidence: 'Leistungsnachweis',
  evidenceMeaning:
    'Aktiv: ein Mensch bei der Arbeit. Agent: ein Assistent bei der Arbeit. Berechnet: was von beidem berechnet wird, vor Rundung.',
  date: 'Datum',
  time: 'Uhrzeit',
  work: 'Arbeit',
  person: 'Person',
  active: 'Aktiv',
  agent: 'Agent',
  billed: 'Berechnet',
}

export const languages: ReadonlyMap<string, Words> = new Map([
  ['en', english],
  ['de', german],
])

/** English for whom we have no words. */
export const wordsOf = (language: string): Words => languages.get(language) ?? english

const minutes = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`
