import { describe, expect, it } from 'vitest'
import { nextSignIn, nextSignOut } from './epoch.ts'

describe('epochs', () => {
  const fractions = [0, 0.1, 0.5, 0.999_999]

  it.each(fractions)('grow with every sign-in and sign-out (fraction %f)', (fraction) => {
    let epoch = 0
    for (let round = 0; round < 20; round++) {
      const signIn = nextSignIn(epoch, fraction)
      const signOut = nextSignOut(signIn)
      expect(signIn).toBeGreaterThan(epoch)
      expect(signOut).toBeGreaterThan(signIn)
      epoch = signOut
    }
  })

  it.each(fractions)('let a sign-out win over a sign-in at the same time (fraction %f)', (fraction) => {
    for (const epoch of [0, 1.3, 7.95]) {
      expect(nextSignOut(epoch)).toBeGreaterThan(nextSignIn(epoch, fraction))
    }
  })

  it('tell two sign-ins at the same time apart', () => {
    expect(nextSignIn(1.2, 0.25)).not.toBe(nextSignIn(1.2, 0.75))
  })
})
