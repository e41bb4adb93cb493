import { describe, expect, it } from 'vitest'
import { expectWords } from '../test/expect-words.ts'
import { notSignedIn, offline, subjectChanged, tokenBound, tokenSealed } from './withheld.ts'

describe('what whoever gets no token is told', () => {
  it.each([
    [notSignedIn, 'SignInRequiredError', 'not_signed_in', 'login()'],
    [subjectChanged, 'SignInRequiredError', 'subject_changed', 'Ask again'],
    [offline, 'NetworkError', 'network_failed', 'try again'],
    [tokenBound, 'ConfigurationError', 'token_bound', 'auth.fetch()'],
    [tokenSealed, 'ConfigurationError', 'token_sealed', 'auth.fetch()'],
  ])('is what to do instead: %o', (make, name, code, nextStep) => {
    const error = make()
    expect(error).toMatchObject({ name, code })
    expect(error.message).toContain(nextStep)
    expectWords(error)
  })

  it('is a new error each time, whose trace is the caller’s', () => {
    expect(notSignedIn()).not.toBe(notSignedIn())
  })
})
