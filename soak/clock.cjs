// Loaded before the program: its clock stands where the driver says, until it says something else, and what it does
// every so often it does a hundred times as often, for its days are short.

let now = Number(process.env.SOAK_NOW)
Date.now = () => now
process.on('message', moment => {
  if (moment !== 'memory') now = moment
  process.send(moment === 'memory' ? memory() : moment)
})
process.channel?.unref()
// nobody is left who would end it
process.once('disconnect', () => process.exit())

/** What is held on to, without what is only not yet thrown away. */
function memory() {
  globalThis.gc()
  const { heapUsed, rss } = process.memoryUsage()
  return { heap: heapUsed, resident: rss }
}

const { setInterval: every } = globalThis
globalThis.setInterval = (work, ms, ...rest) => every(work, ms / 100, ...rest)
