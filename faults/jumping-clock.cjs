// Loaded before the program: every now and then its clock stands up to a day earlier or later than the machine's.

const day = 86_400_000
const real = Date.now
let looks = 0
let offset = 0
Date.now = () => {
  if (looks++ % 25 === 0) offset = Math.floor((Math.random() * 2 - 1) * day)
  return real() + offset
}
