// Loaded before the program: its clock stands where the driver says, until it says something else.

let now = Number(process.env.SOAK_NOW)
Date.now = () => now
process.on('message', moment => {
  now = moment
  process.send(moment)
})
process.channel.unref()
