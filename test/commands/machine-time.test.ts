import fc from 'fast-check'
import { expect, test } from 'vitest'
import { machineTime, startOfMachineDay } from '../../src/commands/machine-time.ts'
import { dayOf, startOfDay, timeOf } from '../../src/domain/zone.ts'

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
const moment = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2035, 0) })

test('says an instant of the machine’s zone as it is said of any zone', () => {
  fc.assert(
    fc.property(moment, fc.integer({ min: 0, max: 4 * 86_400_000 }), (ms, since) => {
      expect(machineTime(ms, ms + since)).toBe(timeOf(ms, zone, ms + since))
    }),
  )
})

test('begins the machine’s day where it begins in any calendar', () => {
  fc.assert(
    fc.property(moment, now => {
      expect(startOfMachineDay(now)).toBe(startOfDay(dayOf(now, zone), zone))
    }),
  )
})
