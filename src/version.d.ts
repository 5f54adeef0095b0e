/** Put in by the bundler from package.json. */
declare const STINT_VERSION: string
