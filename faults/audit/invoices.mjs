// What is wrong with invoices: their numbers, their sums, and what they bill twice.

/** Both words of a change, as its event keeps them. */
export const imagesOf = ({ after, before }) => ({
  after: after === null ? undefined : JSON.parse(after),
  before: before === null ? undefined : JSON.parse(before),
})

export const wrongInvoices = db => [
  ...misgivenNumbers(db),
  ...wrongSums(db),
  ...strayImages(db),
  ...strayMarks(db),
  ...billedTwice(db),
  ...billedAgain(db),
  ...billedShort(db),
]

/** 1, 2, 3 … in the order in which they were sent, of whatever series. */
function misgivenNumbers(db) {
  const sent = db
    .prepare(
      `select json_extract(after, '$.number') as number from events where type = 'invoice.sent' order by seq`,
    )
    .pluck()
    .all()
  const given = new Map()
  const problems = []
  for (const number of sent) {
    const { series, seq } = /^(?<series>\d{4})-(?<seq>\d+)$/.exec(number)?.groups ?? {}
    const expected = (given.get(series) ?? 0) + 1
    if (Number(seq) !== expected) problems.push(`invoice ${number} was given where ${expected} was next`)
    given.set(series, expected)
  }
  const kept = new Map(db.prepare('select series, last from invoice_numbers').raw().all())
  for (const [series, last] of given) {
    if (kept.get(series) !== last)
      problems.push(`of ${series} ${last} were given, but ${kept.get(series)} noted`)
  }
  const numbers = db.prepare('select number from invoices where number is not null').pluck().all()
  if (numbers.toSorted().join() !== sent.toSorted().join())
    problems.push('the invoices with a number are not those that were sent')
  return problems
}

function wrongSums(db) {
  const rows = db
    .prepare(
      `select i.*, (select coalesce(sum(amount), 0) from payments as p
           where (p.workspace_id, p.invoice_id) = (i.workspace_id, i.id)) as payments
         from invoices as i where document is not null`,
    )
    .all()
  return rows.flatMap(row =>
    [...wrongInDocument(JSON.parse(row.document), row), ...wrongPayments(row)].map(
      problem => `invoice ${row.number}: ${problem}`,
    ),
  )
}

const wrongPayments = ({ paid, payments, status, total }) => [
  ...(paid === payments ? [] : [`paid ${paid}, but payments come to ${payments}`]),
  ...(paid > total ? [`paid ${paid} of ${total}`] : []),
  ...(status === 'void' && paid > 0 ? ['void, with payments'] : []),
]

function wrongInDocument(document, row) {
  const { discount, lines, number, subtotal, tax, taxes, total } = document
  const sum = list => list.reduce((all, one) => all + minor(one), 0n)
  const checks = {
    'another total': minor(total) === BigInt(row.total),
    'another number': number === row.number,
    'lines that do not add up': sum(lines.map(one => one.amount)) === minor(subtotal),
    'a total that does not add up': minor(subtotal) - minor(discount) + minor(tax) === minor(total),
    'taxes that do not add up': sum(taxes.map(one => one.amount)) === minor(tax),
    'bases that do not add up': sum(taxes.map(one => one.base)) === minor(subtotal) - minor(discount),
    'a tax that is not its share': taxes.every(
      ({ amount, base, rate }) => minor(amount) === halfUp(minor(base) * hundredths(rate), 10_000n),
    ),
    'a line that is not its time': lines.every(
      ({ amount, rate, seconds }) =>
        rate === undefined || minor(amount) === halfUp(BigInt(seconds) * minor(rate), 3600n),
    ),
  }
  return Object.entries(checks).flatMap(([what, holds]) => (holds ? [] : [what]))
}

const minor = text => BigInt(text.replace('.', ''))
const halfUp = (amount, by) => (2n * amount + by) / (2n * by)

function hundredths(percent) {
  const [whole, rest = ''] = percent.split('.')
  return BigInt(whole + rest.padEnd(2, '0'))
}

/** The newest event of an invoice holds the invoice as it is. */
function strayImages(db) {
  const rows = db
    .prepare(
      `select i.*, (select after from events where (workspace_id, subject_id) = (i.workspace_id, i.id)
           order by seq desc limit 1) as image
         from invoices as i`,
    )
    .all()
  return rows.flatMap(({ image, ...row }) => {
    const told = JSON.parse(image ?? '{}')
    const differs = Object.keys(row).filter(column => (told[column] ?? null) !== row[column])
    return differs.length > 0 ? [`the newest event of ${row.id} differs from it in ${differs.join()}`] : []
  })
}

/** On which invoice time and expenses are is told by the events of invoices, and by their own where they fall off. */
function strayMarks(db) {
  const marks = new Map()
  const free = invoice => {
    for (const [id, on] of marks) if (on === invoice) marks.delete(id)
  }
  const events = db
    .prepare(
      `select type, subject_id, before, after from events
         where type like 'invoice.%' or type like 'entry.%' or type like 'expense.%' order by seq`,
    )
    .all()
  for (const event of events) {
    const { after, before } = imagesOf(event)
    const { subject_id, type } = event
    if (type === 'invoice.voided' || type === 'invoice.deleted') free(subject_id)
    else if (type.startsWith('invoice.')) {
      if (!after.entries) continue
      free(subject_id)
      for (const id of [...after.entries, ...after.expenses]) marks.set(id, subject_id)
    } else if (!after) marks.delete(subject_id)
    else if (!before || 'invoice_id' in before) marks.set(subject_id, after.invoice_id)
  }
  return ['entries', 'expenses'].flatMap(table =>
    db
      .prepare(`select id, invoice_id from ${table}`)
      .all()
      .filter(({ id, invoice_id }) => (marks.get(id) ?? null) !== invoice_id)
      .map(({ id, invoice_id }) => `${id} is on ${invoice_id}, its events say ${marks.get(id)}`),
  )
}

function inForce(db) {
  return db
    .prepare(
      `select i.*, sent.seq, sent.after,
           (select seq from events where subject_id = i.id and type = 'invoice.voided') as voided
         from invoices as i join events as sent on sent.subject_id = i.id and sent.type = 'invoice.sent'
         order by sent.seq`,
    )
    .all()
    .map(row => ({ ...row, ...JSON.parse(row.after) }))
}

/** What is sent, and not taken back, has no entry and no expense in common. */
function billedTwice(db) {
  const seen = new Map()
  const problems = []
  for (const { entries, expenses, number, voided } of inForce(db)) {
    if (voided !== null) continue
    for (const id of [...entries, ...expenses]) {
      if (seen.has(id)) problems.push(`${id} is on ${seen.get(id)} and on ${number}`)
      seen.set(id, number)
    }
  }
  return problems
}

/** Under `merge` an invoice bills each second of a member once, and none that an earlier one of the client billed so. */
function billedAgain(db) {
  const merging = inForce(db).filter(row => JSON.parse(row.options).overlap_strategy === 'merge')
  return merging.flatMap((row, at) => {
    const earlier = merging.slice(0, at).filter(one => one.client_id === row.client_id)
    // what was taken back may have changed since, and with it what was seen when this one was sent
    if (row.voided !== null || earlier.some(one => one.voided > row.seq)) return []
    const taken = earlier.filter(one => one.voided === null).flatMap(one => one.entries)
    const expected =
      secondsOf(db, [...taken, ...row.entries]) - secondsOf(db, taken) + daysOf(db, row.entries)
    const billed = billedSeconds(row)
    return billed === expected
      ? []
      : [`invoice ${row.number} bills ${billed} s under merge, its time is ${expected} s`]
  })
}

/** Under `add` an invoice bills all of its time. */
function billedShort(db) {
  // what was taken back is free to change
  const adding = inForce(db).filter(
    row => row.voided === null && JSON.parse(row.options).overlap_strategy === 'add',
  )
  const seconds = db
    .prepare('select sum(billable_seconds) from entries where id in (select value from json_each(?))')
    .pluck()
  return adding.flatMap(row => {
    const billed = billedSeconds(row)
    const expected = seconds.get(JSON.stringify(row.entries)) ?? 0
    return billed === expected
      ? []
      : [`invoice ${row.number} bills ${billed} s under add, its time is ${expected} s`]
  })
}

const billedSeconds = ({ document }) =>
  JSON.parse(document).lines.reduce(
    (sum, line) => sum + (line.rate === undefined ? 0 : line.unrounded_seconds),
    0,
  )

/** Seconds that some member worked, billable, each once. */
function secondsOf(db, entries) {
  const spans = db
    .prepare(
      `select s.member_id, s.started_at, s.ended_at from spans as s
         join entries as e on (e.workspace_id, e.id) = (s.workspace_id, s.entry_id)
         where s.entry_id in (select value from json_each(?)) and (s.kind = 'active' or e.bill_agent_time = 1)
         order by s.member_id, s.started_at`,
    )
    .all(JSON.stringify(entries))
  let [sum, member, until] = [0, '', 0]
  for (const span of spans) {
    if (span.member_id !== member) [member, until] = [span.member_id, 0]
    sum += Math.max(0, span.ended_at - Math.max(until, span.started_at))
    until = Math.max(until, span.ended_at)
  }
  return sum / 1000
}

const daysOf = (db, entries) =>
  db
    .prepare(
      `select coalesce(sum(billable_seconds), 0) from entries
         where started_at is null and id in (select value from json_each(?))`,
    )
    .pluck()
    .get(JSON.stringify(entries))
