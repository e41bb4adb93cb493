import { describe, expect, it } from 'vitest'
import { userFromClaims } from './user.ts'

describe('the person an ID token speaks of', () => {
  it('has every claim about the person, standard or not, and none about the token', () => {
    const aboutThePerson = {
      iss: 'https://id.example',
      sub: 'alice',
      name: 'Alice',
      email: 'alice@example.com',
      email_verified: true,
      address: { country: 'CH' },
      auth_time: 1_800_000_000,
      acr: 'gold',
      amr: ['pwd', 'otp'],
      sid: 'S',
      'https://example.com/roles': ['admin'],
    }
    const aboutTheToken = {
      aud: 'app',
      azp: 'app',
      exp: 1,
      iat: 1,
      nbf: 1,
      jti: 'J',
      nonce: 'N',
      at_hash: 'H',
      c_hash: 'H',
      s_hash: 'H',
    }
    expect(userFromClaims({ ...aboutThePerson, ...aboutTheToken })).toEqual(aboutThePerson)
  })

  it('has what else is said of them, and by nobody else who vouches for the sign-in, how it was done and when', () => {
    const signIn = {
      iss: 'https://id.example',
      sub: 'alice',
      auth_time: 1,
      acr: 'gold',
      amr: ['pwd'],
      sid: 'S',
    }
    const said = {
      iss: 'other',
      sub: 'mallory',
      auth_time: 2,
      acr: 'x',
      amr: ['x'],
      sid: 'x',
      aud: 'x',
      nonce: 'x',
    }
    expect(
      userFromClaims({ ...signIn, name: 'A.' }, { ...said, name: 'Alice', email: 'alice@example.com' }),
    ).toEqual({
      ...signIn,
      name: 'Alice',
      email: 'alice@example.com',
    })
  })

  it('is the same for two ID tokens that differ in what speaks of the token only', () => {
    const of = (exp: number): string =>
      JSON.stringify(
        userFromClaims({ sub: 'alice', exp, iat: exp, jti: `J${exp}`, at_hash: `H${exp}`, name: 'A' }),
      )
    expect(of(1)).toBe(of(2))
  })

  it('keeps claims that are null, false, 0 or empty', () => {
    const claims = { sub: 'alice', middle_name: null, email_verified: false, updated_at: 0, nickname: '' }
    expect(userFromClaims(claims)).toStrictEqual(claims)
  })

  it('is a copy, and takes a claim named __proto__ for a claim', () => {
    const claims = JSON.parse('{"sub":"alice","__proto__":{"isAdmin":true}}')
    const user = userFromClaims(claims)
    expect(user).not.toBe(claims)
    expect(Object.getPrototypeOf(user)).toBe(Object.prototype)
    expect(user.isAdmin).toBeUndefined()
    expect(Object.prototype).not.toHaveProperty('isAdmin')
  })
})
