// npm's own words for a driver that could not be compiled are two hundred lines, the cause somewhere in them.

const causes = [
  {
    sign: /gyp ERR!.*(network connectivity|nodejs\.org|getaddrinfo|ECONNREFUSED|ETIMEDOUT)|node\.h: No such file/i,
    missing: "Node's header files, which are fetched from nodejs.org when they are not at hand",
    remedy:
      'Connect to the network, or name the folder whose include/node holds the headers ' +
      '(often /usr or /usr/local): npm config set nodedir /usr',
  },
  {
    sign: /find Python|python3?: (command )?not found/i,
    missing: 'Python 3',
    remedy: 'Install it: apt-get install python3, dnf install python3, or https://python.org',
  },
  {
    sign: /not found: (make|g\+\+|gcc|cc|c\+\+)|(make|g\+\+|c\+\+|cc1plus|cc): (command |No such file|not found)|find Visual Studio|xcode-select|No Xcode/i,
    missing: 'a C++ compiler',
    remedy:
      'Install one: apt-get install make g++ (Debian, Ubuntu), dnf install make gcc-c++ (Fedora), apk add make g++ ' +
      '(Alpine), xcode-select --install (macOS), "Desktop development with C++" of Visual Studio (Windows)',
  },
  {
    sign: /ignore-scripts|install scripts? (was |were )?(blocked|not covered|skipped)/i,
    missing: "the permission to run better-sqlite3's install script",
    remedy: 'Allow it: npm config delete ignore-scripts',
  },
]

/** One paragraph when the output of npm is about better-sqlite3, else undefined. */
export function withoutDriver(output) {
  if (!/better-sqlite3|better_sqlite3|node-gyp/.test(output)) return undefined
  const found = causes.filter(({ sign }) => sign.test(output))
  return [
    'stint keeps its data with better-sqlite3, which comes ready-made for common systems and is compiled elsewhere.',
    'That did not work here.',
    ...(found.length > 0 ? found : causes.slice(0, 3)).map(({ missing, remedy }) =>
      found.length > 0 ? `Missing: ${missing}. ${remedy}.` : `It needs ${missing}. ${remedy}.`,
    ),
    'Then run the same command again.',
  ].join(' ')
}
