import { toldTypes } from '../domain/webhook.ts'
import type { Json } from './body.ts'

/** What webhooks send, by its name in `events`: Standard Webhooks 1.0. */
export const outbound: Readonly<Record<string, Json>> = {
  ...Object.fromEntries(
    toldTypes.map(type => [
      type,
      sent(type, `Sent as ${type} to webhooks that asked for it`, { $ref: '#/components/schemas/Event' }),
    ]),
  ),
  'webhook.test': sent('webhook.test', 'Sent when a webhook is tested', {
    type: 'object',
    required: ['webhook_id'],
    properties: { webhook_id: { type: 'string', maxLength: 60 } },
  }),
}

function sent(type: string, summary: string, data: Json): Json {
  return {
    post: {
      operationId: `receive_${type.replaceAll('.', '_')}`,
      summary,
      tags: ['webhooks'],
      // receivers know it by its signature
      security: [],
      parameters: [
        header('webhook-id', 'The same at each attempt.', 60),
        header('webhook-timestamp', 'Seconds since 1970, of this attempt.', 20),
        header(
          'webhook-signature',
          '`v1,` and HMAC-SHA256 of id, timestamp and body; several with spaces between.',
          400,
        ),
      ],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['type', 'timestamp', 'data'],
              properties: {
                type: { type: 'string', const: type },
                timestamp: { type: 'string', format: 'date-time', maxLength: 35 },
                data,
              },
            },
          },
        },
      },
      responses: {
        '2XX': { description: 'It arrived.' },
        410: { description: 'No more of them: the webhook is switched off.' },
        default: { description: 'It is sent again, later and later, for three days.' },
      },
    },
  }
}

function header(name: string, description: string, maxLength: number): Json {
  return { name, in: 'header', required: true, description, schema: { type: 'string', maxLength } }
}
