/** Loaded when somebody needs it: that takes as long as a whole command. */
export const digest = (text: string): string =>
  process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('base64url')
