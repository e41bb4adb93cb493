import { describe, expect, it } from 'vitest'
import { everythingIn } from '../test/no-secrets.ts'
import { NetworkError, SignInRequiredError } from './errors.ts'
import { explainState } from './explain.ts'
import type { Session } from './keeper/keeper.ts'
import type { RungReport } from './restore/ladder.ts'
import type { AuthState } from './state.ts'
import type { User } from './user.ts'

const error = new NetworkError('timeout', 'It took too long.')
const user: User = { sub: 'alice', email: 'alice@example.com' }

/** Every state there is, by reason: a new reason does not compile until it is here. */
const states: { readonly [TReason in AuthState<User>['reason']]: AuthState<User> } = {
  starting: { status: 'loading', reason: 'starting' },
  callback: { status: 'loading', reason: 'callback' },
  restoring: { status: 'loading', reason: 'restoring' },
  signed_out_elsewhere: { status: 'unauthenticated', reason: 'signed_out_elsewhere' },
  restore_failed: { status: 'unauthenticated', reason: 'restore_failed', error },
  restore_timeout: { status: 'unauthenticated', reason: 'restore_timeout' },
  restored: { status: 'authenticated', reason: 'restored', user },
  signed_in_elsewhere: { status: 'authenticated', reason: 'signed_in_elsewhere', user },
  no_session: { status: 'unauthenticated', reason: 'no_session' },
  signed_out: { status: 'unauthenticated', reason: 'signed_out', error },
  sign_in_failed: { status: 'unauthenticated', reason: 'sign_in_failed', error },
  session_ended: { status: 'unauthenticated', reason: 'session_ended', error },
  session_lost: { status: 'unauthenticated', reason: 'session_lost', error },
  session_expired: { status: 'unauthenticated', reason: 'session_expired', error },
  idle_timeout: { status: 'unauthenticated', reason: 'idle_timeout' },
  session_limit: { status: 'unauthenticated', reason: 'session_limit' },
  subject_changed: { status: 'unauthenticated', reason: 'subject_changed', error },
  redirect_cancelled: { status: 'unauthenticated', reason: 'redirect_cancelled' },
  signed_in: { status: 'authenticated', reason: 'signed_in', user },
  user_changed: { status: 'authenticated', reason: 'user_changed', user },
  suspended: { status: 'authenticated', reason: 'suspended', user },
  requested: { status: 'redirecting', reason: 'requested', to: 'login' },
}

const session: Session = {
  epoch: 1.5,
  claims: { iss: 'https://id.example', sub: 'alice', aud: 'app', exp: 1, iat: 1, nonce: 'SECRET-nonce' },
  scope: 'openid email',
  accessTokenExpiresAt: 1_800_000_300_000,
  hasRefreshToken: true,
}

describe('an explanation', () => {
  it.each(Object.values(states))('of "$reason" is a sentence', (state) => {
    const { sentence, status, reason, errorCode } = explainState(state, undefined)
    // What, then why in words, whether or not an error has a code to say.
    expect(sentence).toMatch(/^[A-Z][a-z ]+: [a-z][^\n]{10,}\.$/)
    expect(sentence).not.toMatch(/undefined|null|\[object|\.\.$/)
    expect({ status, reason, errorCode }).toEqual({
      status: state.status,
      reason: state.reason,
      errorCode: state.error?.code,
    })
  })

  it('says what was asked for and not granted', () => {
    const lacking = { ...session, scopeNotGranted: 'email orders:write' }
    const explained = explainState(states.signed_in, lacking)
    expect(explained.sentence).toContain('; asked for and not granted: email orders:write.')
    expect(explained.session).toMatchObject({ scopeNotGranted: 'email orders:write' })
    expect(explainState(states.signed_in, session).sentence).not.toContain('granted')
    expect(explainState(states.signed_out, undefined).sentence).not.toContain('granted')
    expect(explainState(states.requested, lacking).sentence).not.toContain('granted')
  })

  it('says that a session is over while the person is still shown as signed in, and what is tried', () => {
    const parts = { keeper: undefined, restore: [], isRecovering: true }
    expect(explainState(states.signed_in, undefined, parts).sentence).toBe(
      'Signed in: the person signed in on this page; that session is over, and the provider is being asked in a hidden ' +
        'frame whether it has another.',
    )
    expect(explainState(states.session_ended, undefined, parts).sentence).not.toContain('asked')
  })

  it('says something else for every reason', () => {
    const sentences = Object.values(states).map((state) => explainState(state, undefined).sentence)
    expect(new Set(sentences).size).toBe(sentences.length)
  })

  it('names the error by its code, and leaves the provider’s words to the error', () => {
    const ended = new SignInRequiredError('session_ended', 'SECRET-words of the provider')
    const state: AuthState<User> = { status: 'unauthenticated', reason: 'session_ended', error: ended }
    const { sentence, errorCode } = explainState(state, undefined)
    expect(errorCode).toBe('session_ended')
    expect(sentence).toContain('(session_ended)')
    expect(sentence).not.toContain('SECRET')
  })

  it('tells what is known of the session, and neither claims nor who it is', () => {
    const explanation = explainState(states.signed_in, session)
    expect(explanation.session).toStrictEqual({
      scope: 'openid email',
      accessTokenExpiresAt: 1_800_000_300_000,
      hasRefreshToken: true,
    })
    const shown = everythingIn(explanation)
    for (const secret of ['SECRET-nonce', 'alice']) expect(shown).not.toContain(secret)
  })

  it.each([true, false])('says of tokens that may be bound to a key whether they are: %j', (isBound) => {
    expect(explainState(states.signed_in, { ...session, isBound }).session).toMatchObject({ isBound })
  })

  it('has no session to tell of where there is none', () => {
    expect(explainState(states.no_session, undefined).session).toBeUndefined()
  })

  it.each([
    ['vault', 'the vault had kept it'],
    ['tab', 'another tab handed it over'],
    ['storage', 'its refresh token rests in this browser'],
    ['frame', 'asked in a hidden frame'],
    ['redirect', 'asked by a redirect'],
  ] as const)('says which rung the session was found on: %s', (rung, words) => {
    const restore: readonly RungReport[] = [
      { rung: 'frame', outcome: 'skipped', why: 'cross_site', tookMs: 0 },
      { rung, outcome: 'restored', tookMs: 12 },
    ]
    const explanation = explainState(states.restored, session, { keeper: { kind: 'memory' }, restore })
    expect(explanation.sentence).toContain(words)
    expect(explanation.restore).toBe(restore)
    // A session that began here was not found, whatever was looked for before.
    const elsewhere = explainState(states.signed_in, session, { keeper: { kind: 'memory' }, restore })
    expect(elsewhere.sentence).not.toContain(words)
  })

  describe('with a search that found no session', () => {
    const restore: readonly RungReport[] = [
      { rung: 'vault', outcome: 'nothing', tookMs: 1 },
      { rung: 'frame', outcome: 'timeout', unanswered: 'https://app.example/silent', tookMs: 8000 },
      { rung: 'redirect', outcome: 'skipped', why: 'not_configured', tookMs: 0 },
    ]
    const searched = { keeper: undefined, restore }
    const saysWhy = ['no_session', 'restore_failed', 'restore_timeout']

    it.each(saysWhy)('says of each rung what came of it: %s', (reason) => {
      const { sentence } = explainState(states[reason as keyof typeof states], undefined, searched)
      expect(sentence).toContain(
        ' (vault: nothing, frame: timeout at https://app.example/silent, redirect: not configured)',
      )
    })

    it('says nothing of it where something else has happened since', () => {
      for (const state of Object.values(states).filter(({ reason }) => !saysWhy.includes(reason))) {
        const { sentence } = explainState(state, undefined, searched)
        expect(sentence).toBe(explainState(state, undefined).sentence)
      }
    })

    it('tells a session that was here before from a page where nobody was signed in', () => {
      const lost = explainState(states.no_session, undefined, searched).sentence
      expect(lost).toContain('a session was here before, and was not found')
      const { sentence } = explainState(states.no_session, undefined)
      expect(sentence).not.toMatch(/before|\(/)
    })
  })

  it('can be put into a support ticket as it is', () => {
    for (const state of Object.values(states)) {
      const explanation = explainState(state, session)
      const { errorCode, ...rest } = explanation
      expect(JSON.parse(JSON.stringify(explanation))).toEqual(errorCode ? explanation : rest)
    }
  })
})
