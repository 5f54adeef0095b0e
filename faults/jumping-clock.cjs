// Loaded before the program: every now and then its clock stands up to a day earlier or later than the machine's.

const day = 86_400_000
const real = Date.now
let state = Number(process.env.FAULTS_SEED)
let looks = 0
let offset = 0
Date.now = () => {
  if (looks++ % 25 === 0) offset = Math.floor((share() * 2 - 1) * day)
  return real() + offset
}

function share() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return state / 2 ** 32
}
