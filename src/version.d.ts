/** Put in by the bundler from package.json. */
declare const STINT_VERSION: string

/** Put in by the bundler: names one build of the program. */
declare const STINT_BUILD: string
