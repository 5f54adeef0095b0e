type Environment = Readonly<Record<string, string | undefined>>

/** Where everything is kept. The hook and the main program must agree on it, whoever started them. */
export function homeFolder(env: Environment, platform: string, homedir: string): string {
  if (env.STINT_HOME) return env.STINT_HOME
  if (platform === 'win32') return `${env.LOCALAPPDATA || `${homedir}\\AppData\\Local`}\\stint`
  if (platform === 'darwin') return `${homedir}/Library/Application Support/stint`
  // The specification says that a relative path here is to be ignored.
  const data = env.XDG_DATA_HOME?.startsWith('/') ? env.XDG_DATA_HOME : `${homedir}/.local/share`
  return `${data.replace(/\/+$/, '')}/stint`
}
