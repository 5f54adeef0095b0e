import type { InvoiceDocument } from '../domain/invoice-document.ts'
import type { Annex } from './annex.ts'
import { type Markup, markup } from './markup.ts'
import { type Cell, type Column, type Fact, type Sheet, type Sum, sheetOf, type Table } from './sheet.ts'
import { style } from './style.ts'

/** The invoice as a page of its own: it asks for nothing, runs nothing, and prints on A4 and Letter. */
export const html = (document: InvoiceDocument): string => page(sheetOf(document)).text

const page = (sheet: Sheet): Markup => markup`<!doctype html>
<html lang="${sheet.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${sheet.title}</title>
${style}
</head>
<body${sheet.mark && markup` class="${sheet.mark.kind}"`}>
${sheet.mark && sheet.mark.kind !== 'paid' ? markup`<div class="across" aria-hidden="true">${sheet.mark.word}</div>` : ''}
<main>
<header>
<h1>${sheet.heading}${sheet.mark && markup` <span class="mark">${sheet.mark.word}</span>`}</h1>
<address>${block(sheet.seller)}${details(sheet.sellerDetails)}</address>
</header>
<section class="who">
<address><h2>${sheet.buyerLabel}</h2>${block(sheet.buyer)}${details(sheet.buyerDetails)}</address>
${list(sheet.facts)}
</section>
${table(sheet.lines)}
<section class="sums">
<div>
${sheet.footnote && markup`<p class="footnote">${sheet.footnote}</p>`}
${payment(sheet)}
</div>
<table>${sheet.sums.map(sum)}</table>
</section>
${sheet.notes && markup`<section class="notes"><h2>${sheet.notes.label}</h2><p>${sheet.notes.text}</p></section>`}
</main>
${sheet.annex && annex(sheet.annex)}
</body>
</html>
`

const block = ([name, ...lines]: string[]): Markup =>
  markup`<p><strong>${name}</strong>${lines.map(line => markup`<br>${line}`)}</p>`

const details = (facts: Fact[]): Markup | undefined =>
  facts.length === 0
    ? undefined
    : markup`<p class="details">${facts.map(({ label, value }) => markup`<span>${`${label} ${value}`.trim()}</span>`)}</p>`

const list = (facts: Fact[]): Markup =>
  markup`<dl>${facts.map(({ label, value }) => markup`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`

const table = ({ columns, rows }: Table, totals?: Cell[]): Markup => markup`<table class="rows">
<thead><tr>${columns.map(column => markup`<th scope="col"${kind(column)}>${column.label}</th>`)}</tr></thead>
<tbody>
${rows.map(row => markup`<tr>${cells(row, columns)}</tr>\n`)}</tbody>
${totals && markup`<tbody class="totals"><tr>${cells(totals, columns)}</tr></tbody>`}
</table>`

const cells = (row: Cell[], columns: Column[]): Markup[] =>
  row.map(
    ({ text, small = [] }, index) =>
      markup`<td${kind(columns[index])}>${text}${small.map(line => markup`<small>${line}</small>`)}</td>`,
  )

function kind(column: Column | undefined): Markup | undefined {
  if (column?.figures) return markup` class="figures"`
  return column?.wide ? markup` class="wide"` : undefined
}

const sum = ({ label, value, strong }: Sum): Markup =>
  markup`<tr${strong ? markup` class="strong"` : ''}><th scope="row">${label}</th><td>${value}</td></tr>`

function payment({ payment: { label, request, facts } }: Sheet): Markup | undefined {
  if (!request && facts.length === 0) return undefined
  return markup`<div class="payment"><h2>${label}</h2>${request && markup`<p>${request}</p>`}${list(facts)}</div>`
}

const annex = ({ heading, meaning, table: rows, totals }: Annex): Markup => markup`<section class="annex">
<h1>${heading}</h1>
<p class="footnote">${meaning}</p>
${table(rows, totals)}
</section>`
