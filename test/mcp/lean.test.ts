import { expect, test } from 'vitest'
import * as z from 'zod'
import { leanInput, leanOutput } from '../../src/mcp/lean.ts'

test('an input keeps what a model reads, and nothing else', () => {
  const schema = z.strictObject({
    name: z.string().min(1).max(200).regex(/x/).describe('Its name'),
    count: z.int().optional().describe('How many'),
    kind: z.enum(['a', 'b']).describe('Which'),
    tags: z.array(z.string().max(5)).max(20).optional().describe('Labels'),
    color: z.string().or(z.literal('')).optional().describe('Colour'),
    amount: z.union([z.number(), z.string()]).optional().describe('Money'),
    note: z.string().nullable().optional().describe('Note'),
  })
  expect(leanInput(schema)).toEqual({
    type: 'object',
    properties: {
      name: { type: 'string', description: 'Its name' },
      count: { type: 'integer', description: 'How many' },
      kind: { type: 'string', description: 'Which', enum: ['a', 'b'] },
      tags: { type: 'array', description: 'Labels', items: { type: 'string' } },
      color: { type: 'string', description: 'Colour' },
      amount: { type: 'string', description: 'Money' },
      note: { type: 'string', description: 'Note' },
    },
    required: ['name', 'kind'],
    additionalProperties: false,
  })
})

test('an output allows more fields, null where it may be, and an error instead of all of it', () => {
  const schema = z.object({
    thing: z.object({ id: z.string(), at: z.iso.datetime().optional() }),
    next: z.string().nullable().describe('null: that was all'),
    done: z.literal(true).optional(),
  })
  expect(leanOutput(schema)).toEqual({
    type: 'object',
    properties: {
      thing: {
        type: 'object',
        properties: { id: { type: 'string' }, at: { type: 'string' } },
        required: ['id'],
      },
      next: { description: 'null: that was all' },
      done: { type: 'boolean', const: true },
    },
  })
})
