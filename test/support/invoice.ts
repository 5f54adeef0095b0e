import type { EvidenceRow, InvoiceDocument, InvoiceLine } from '../../src/domain/invoice-document.ts'

/** A sent invoice with a bit of everything: two tax rates, a discount, a part paid, names in many scripts. */
export const invoice = (changes: Partial<InvoiceDocument> = {}): InvoiceDocument => ({
  id: 'inv_1',
  status: 'sent',
  number: '2026-0042',
  seller: {
    name: 'Atelier Nordlicht & Söhne',
    contact: 'Łucja Żółkiewska',
    street: 'Torstraße 12',
    postal_code: '10115',
    city: 'Berlin',
    country: 'DE',
    email: 'studio@nordlicht.example',
    phone: '+49 30 1234567',
    tax_id: 'DE123456789',
    tax_number: '37/123/45678',
    registration: 'HRB 98765 B, Amtsgericht Charlottenburg',
  },
  buyer: {
    name: 'Αθηναϊκή Ναυτιλία Α.Ε.',
    contact: 'Nguyễn Thị Phương Thảo',
    street: 'Λεωφόρος Συγγρού 200',
    postal_code: '176 71',
    city: 'Αθήνα',
    country: 'GR',
    tax_id: 'EL987654321',
  },
  payment: {
    iban: 'DE89370400440532013000',
    bic: 'COBADEFFXXX',
    bank: 'Commerzbank',
    account_holder: 'Atelier Nordlicht',
  },
  currency: 'EUR',
  locale: 'en-GB',
  period: {
    token: '2026-10',
    from: '2026-09-30T22:00:00.000Z',
    to: '2026-10-31T23:00:00.000Z',
    time_zone: 'Europe/Berlin',
  },
  issued_on: '2026-11-02',
  due_on: '2026-12-02',
  po_number: 'PO-7781',
  buyer_reference: '04011000-1234512345-06',
  notes:
    'Thank you for the good work together.\nReverse charge does not apply. For questions about a line, the record of work on the next page names every session behind it.',
  lines: [
    line({
      description: 'Harbour · Backend',
      seconds: 45_000,
      unrounded_seconds: 44_123,
      tracked_seconds: 50_000,
      rate: '120.00',
      amount: '1500.00',
      entries: 14,
      note: '1:37:57 of parallel sessions billed once (merge)',
    }),
    line({
      kind: 'agent',
      description: 'Harbour · Agent work',
      seconds: 12_620,
      rate: '60.00',
      amount: '210.33',
    }),
    line({
      description:
        'Порт · Перевірка звітів із довгим описом, що займає кілька рядків, щоб побачити, як тримаються стовпці, коли текст довший за один рядок таблиці',
      seconds: 5_400,
      rate: '1120.50',
      amount: '1680.75',
    }),
    line({
      kind: 'expense',
      description: 'Train Berlin–Gdańsk',
      date: '2026-10-14',
      amount: '89.90',
      tax_rate: '7',
    }),
    line({
      kind: 'custom',
      description: 'Licence, per seat',
      quantity: '3',
      unit_price: '49.00',
      amount: '147.00',
    }),
  ],
  subtotal: '3627.98',
  discount: '362.80',
  discount_percent: '10',
  taxes: [
    { rate: '7', base: '80.91', amount: '5.66' },
    { rate: '19', base: '3184.27', amount: '605.01' },
  ],
  tax: '610.67',
  total: '3875.85',
  paid: '1000.00',
  due: '2875.85',
  rounding: { increment_minutes: 15, mode: 'up', scope: 'entry', minimum_minutes: 15 },
  overlap_strategy: 'merge',
  evidence: evidence(60),
  ...changes,
})

export const line = (given: Partial<InvoiceLine>): InvoiceLine => ({
  kind: 'human',
  description: 'Harbour · Backend',
  amount: '0.00',
  tax_rate: '19',
  ...given,
})

const did = [
  'Rewrite the import of berths so that a failed row names its line',
  'Review',
  'Prüfung der Schnittstelle zum Zoll, mit Rückfragen',
  'Sửa lỗi hiển thị ngày tháng trong báo cáo',
  'Отчёт о простое контейнеров',
]

/** So many sessions, three a day. */
export const evidence = (count: number): EvidenceRow[] =>
  Array.from({ length: count }, (_, n) => {
    const day = String(1 + (Math.floor(n / 3) % 28)).padStart(2, '0')
    const hour = String(7 + (n % 3) * 3).padStart(2, '0')
    return {
      date: `2026-10-${day}`,
      started_at: `2026-10-${day}T${hour}:05:00.000Z`,
      ended_at: `2026-10-${day}T${hour}:52:30.000Z`,
      project: 'Αθηναϊκή · Harbour',
      ...(n % 2 === 0 && { task: 'Backend' }),
      member: n % 3 === 0 ? 'Łucja Żółkiewska' : 'Ada',
      description: `${did[n % did.length]} (${n + 1})`,
      active_seconds: 2850,
      agent_seconds: n % 4 === 0 ? 1200 : 0,
      billed_seconds: 2850,
      ...(n % 4 === 0 && { assistant: 'claude-code · opus', branch: `feature/berths-${n}` }),
      commits: n % 4 === 0 ? ['3f2a9c1d77e0b1c2', '9b8e7d6c5a4f3e2d'] : [],
    }
  })

/** The same with one text in every field that a person fills. */
export function filledWith(text: string): InvoiceDocument {
  const party = {
    name: text,
    contact: text,
    street: text,
    postal_code: text,
    city: text,
    region: text,
    country: text,
    email: text,
    phone: text,
    tax_id: text,
    tax_number: text,
    registration: text,
  }
  const [row] = evidence(1)
  return invoice({
    number: text,
    seller: party,
    buyer: { ...party, country: `${text}2` },
    payment: { iban: text, bic: text, bank: text, account_holder: text },
    po_number: text,
    buyer_reference: text,
    notes: text,
    lines: [line({ description: text, note: text, seconds: 3600, rate: '1.00', amount: '1.00' })],
    evidence: row
      ? [
          {
            ...row,
            project: text,
            task: text,
            member: text,
            description: text,
            assistant: text,
            branch: text,
            commits: [text],
          },
        ]
      : [],
  })
}
