import * as z from 'zod'

/** A file in an answer: REST sends its bytes, the command line writes it. */
export const fileShape = z.object({
  name: z.string(),
  media_type: z.string(),
  content: z.string().describe('Base64'),
})
export type FileAnswer = z.infer<typeof fileShape>

export const fileOf = (name: string, media_type: string, content: Uint8Array | string): FileAnswer => ({
  // names come from what people typed: no folders, nothing that a shell would take amiss
  name: name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-'),
  media_type,
  content: Buffer.from(content).toString('base64'),
})

export const fileText = ({ media_type, name }: FileAnswer): string => `${name} (${media_type})`
