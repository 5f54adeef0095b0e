import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isAddress, isLoopbackAddress, isPublicAddress } from '../../src/domain/address.ts'

describe('an address', () => {
  test.each([
    '1.1.1.1',
    '8.8.8.8',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.1.1',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200e',
  ])('%s can be reached by everybody', address => {
    expect(isPublicAddress(address)).toBe(true)
  })

  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.168.178.1',
    '198.18.0.1',
    '198.51.100.7',
    '203.0.113.9',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::1',
    '3fff:fff::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
  ])('%s cannot', address => {
    expect(isPublicAddress(address)).toBe(false)
  })

  test.each(['', 'example.com', '1.2.3', '1.2.3.4.5', '256.1.1.1', '1:2', '::g', '[::1]', '1.1.1.1/8'])(
    '"%s" is none',
    text => {
      expect([isAddress(text), isPublicAddress(text), isLoopbackAddress(text)]).toEqual([false, false, false])
    },
  )

  test('means this machine as 127.x.x.x and ::1 only', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1', '0:0:0:0:0:0:0:1'].map(isLoopbackAddress)).not.toContain(false)
    expect(['128.0.0.1', '0.0.0.0', '::', '::ffff:127.0.0.1', '::2'].map(isLoopbackAddress)).not.toContain(
      true,
    )
  })

  test('of IPv4 inside one of IPv6 is never public', () => {
    fc.assert(
      fc.property(fc.ipV4(), address => {
        for (const prefix of ['::', '::ffff:', '64:ff9b::', '::ffff:0:'])
          expect(isPublicAddress(`${prefix}${address}`)).toBe(false)
      }),
    )
  })

  test('of any text answers without an error', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.ipV6()), text => void isPublicAddress(text)))
  })
})
