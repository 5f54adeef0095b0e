/** Writes invoices for machines. What it takes is large and seldom used, so it waits in a file of its own. */
export const eInvoice = async () => await import('../e-invoice/index.ts')
