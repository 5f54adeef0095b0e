import * as z from 'zod'

/** How one thing stands inside another. */
export const reference = z.object({ id: z.string(), name: z.string() })
export type Reference = z.infer<typeof reference>

/** `Acme · Website`: names are unique for a client only. */
export const fullName = (project: { name: string; client?: { name: string } | undefined }): string =>
  project.client ? `${project.client.name} · ${project.name}` : project.name

export const referenceOf = (id: string | null, name: string | null): Reference | undefined =>
  id === null || name === null ? undefined : { id, name }
