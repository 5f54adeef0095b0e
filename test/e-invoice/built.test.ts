import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { AppError } from '../../src/domain/error.ts'
import type * as source from '../../src/e-invoice/index.ts'
import { sentInvoice } from '../support/e-invoice.ts'

const built: typeof source = createRequire(import.meta.url)(resolve('dist/e-invoice.cjs'))

test('what the file beside the program refuses is said in its words, and no fault of stint', async () => {
  const refused = built.eInvoice({ ...sentInvoice(), seller: { name: 'Ada' } }, 'xrechnung-ubl')
  const error: unknown = await refused.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(AppError)
  expect(error).toMatchObject({ code: 'validation_error' })
})

test('an error of another kind is not taken for one of ours', () => {
  class Narrow extends AppError {}
  expect(new Error('no')).not.toBeInstanceOf(AppError)
  expect(new AppError('internal', 'no')).not.toBeInstanceOf(Narrow)
  expect(new Narrow('internal', 'yes')).toBeInstanceOf(AppError)
})
