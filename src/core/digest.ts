/** Loaded when somebody needs it: that takes as long as a whole command. */
export const digest = (text: string): string =>
  process.getBuiltinModule('node:crypto').hash('sha256', text, 'base64url')
