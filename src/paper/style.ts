import { markup } from './markup.ts'

// Chromium tears apart what must not break inside as soon as it may not break before it either: so sums may stand alone.
export const style = markup`<style>
@page { margin: 18mm 18mm 20mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt system-ui, sans-serif; color: #6b7280; } }
* { box-sizing: border-box; margin: 0; padding: 0; }
html { background: #eef0f2; }
body { font: 10pt/1.5 Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; color: #15171c;
  -webkit-print-color-adjust: exact; print-color-adjust: exact; overflow-wrap: anywhere; }
main, .annex { position: relative; max-width: 210mm; margin: 10mm auto; padding: 20mm 18mm; background: #fff;
  box-shadow: 0 1px 2px #0001, 0 8px 32px #0001; }
header, .who { display: flex; justify-content: space-between; gap: 10mm; }
header { margin-bottom: 16mm; }
.who { margin-bottom: 14mm; }
header address, .who dl { flex: 0 0 76mm; }
address { font-style: normal; }
h1 { font-size: 26pt; line-height: 1.1; font-weight: 600; letter-spacing: -0.02em; }
.annex h1 { font-size: 16pt; margin-bottom: 3mm; }
h2 { font-size: 8pt; font-weight: 400; color: #6b7280; margin-bottom: 1mm; }
strong { font-weight: 600; }
.mark { display: inline-block; margin-left: 2mm; padding: 1mm 2.5mm; border: 1px solid; border-radius: 1mm; vertical-align: middle;
  font-size: 9pt; line-height: 1; letter-spacing: 0.08em; color: #6b7280; }
.paid .mark { color: #14713f; }
.void .mark { color: #b3261e; }
.across { position: fixed; inset: 0; z-index: 1; display: grid; place-items: center; pointer-events: none;
  font-size: min(22vw, 48mm); font-weight: 600; line-height: 1; white-space: nowrap; color: #15171c; opacity: 0.05; rotate: -35deg; }
.void .across { color: #b3261e; opacity: 0.07; }
.details, .details span, small { display: block; color: #6b7280; font-size: 8pt; }
.details { margin-top: 1.5mm; }
dl { display: grid; grid-template-columns: max-content 1fr; column-gap: 4mm; }
dl div { display: contents; }
dt { color: #6b7280; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { font-weight: 400; text-align: left; white-space: nowrap; }
.rows .wide { font-variant-numeric: normal; }
th, td { vertical-align: top; padding: 2mm 0 2mm 5mm; }
th:first-child, td:first-child { padding-left: 0; }
.rows thead th { border-bottom: 1px solid #15171c; color: #6b7280; font-size: 8pt; vertical-align: bottom; }
.rows td { border-bottom: 1px solid #e4e6ea; white-space: nowrap; }
.rows .wide { width: 100%; min-width: 40mm; white-space: pre-line; }
.rows .figures { text-align: right; }
.rows .totals td { border: 0; font-weight: 600; }
tr { break-inside: avoid; }
thead { display: table-header-group; }
.sums { display: flex; justify-content: space-between; gap: 10mm; margin-top: 3mm; break-inside: avoid; }
.sums table { flex: 0 0 76mm; width: auto; align-self: flex-start; }
.sums th, .sums td { padding: 1mm 0 1mm 8mm; }
.sums th { color: #6b7280; padding-left: 0; }
.sums td { text-align: right; white-space: nowrap; }
.sums .strong th, .sums .strong td { padding-top: 2.5mm; font-size: 12pt; font-weight: 600; color: inherit; }
.sums .strong { border-top: 1px solid #15171c; }
.footnote { color: #6b7280; font-size: 8pt; max-width: 120mm; padding-top: 1.2mm; }
.annex .footnote { margin-bottom: 6mm; }
.footnote + .payment { margin-top: 5mm; }
.notes { margin-top: 9mm; max-width: 130mm; break-inside: avoid; }
.payment p { margin-bottom: 1.5mm; font-weight: 600; }
.payment dl { font-size: 9pt; }
.notes p { white-space: pre-line; }
.annex { font-size: 8.5pt; }
.annex th, .annex td { padding: 1.3mm 0 1.3mm 4mm; }
.annex th:first-child, .annex td:first-child { padding-left: 0; }
.annex small { font-size: 7.5pt; }
@media (max-width: 640px) {
  main, .annex { margin: 0; padding: 8mm 5mm; overflow-x: auto; box-shadow: none; }
  header, .who, .sums { flex-direction: column; align-items: stretch; gap: 6mm; }
  header address, .who dl { flex: none; }
  .sums table { flex: none; width: 100%; }
  main th, main td { padding-left: 2.5mm; }
  main .rows { font-size: 8.5pt; }
  main .rows .wide { min-width: 26mm; }
}
@media print {
  html { background: none; }
  body { font-size: 9.5pt; }
  header { margin-bottom: 9mm; }
  main .rows td { padding-block: 1.6mm; }
  .who { margin-bottom: 9mm; }
  main, .annex { max-width: none; margin: 0; padding: 0; box-shadow: none; background: none; }
  .annex { break-before: page; }
}
</style>`
