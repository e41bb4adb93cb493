import { describe, expect, it } from 'vitest'
import { isSamePerson } from './same-person.ts'

const alice = { epoch: 2.5, claims: { sub: 'alice' } }
const nobody = { epoch: 2.5, claims: undefined }

describe('two sessions', () => {
  it('are of the same person where the subject is', () => {
    expect(isSamePerson(alice, { ...alice, epoch: 3.5 })).toBe(true)
    expect(isSamePerson(alice, { epoch: 3.5, claims: { sub: 'bob' } })).toBe(false)
  })

  it('are of the same person where the sign-in is, also without OpenID Connect', () => {
    expect(isSamePerson(nobody, nobody)).toBe(true)
    expect(isSamePerson(alice, nobody)).toBe(true)
  })

  it('of two sign-ins without OpenID Connect may be of two people', () => {
    expect(isSamePerson(nobody, { ...nobody, epoch: 3.5 })).toBe(false)
    expect(isSamePerson(alice, { ...nobody, epoch: 3.5 })).toBe(false)
  })
})
