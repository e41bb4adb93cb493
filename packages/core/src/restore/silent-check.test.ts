import { describe, expect, it } from 'vitest'
import { createFakePlatform, type FakePlatform, settle } from '../../test/fake-platform.ts'
import { until } from '../../test/until.ts'
import { createCurrentParams } from '../current-params.ts'
import { type AnyAuthError, ServerError, SignInRequiredError } from '../errors.ts'
import type { Keeper, Session } from '../keeper/keeper.ts'
import { parseOptions } from '../options/parse-options.ts'
import type { CodeGrant } from '../protocol/code-grant.ts'
import { createSessionRecordStore, type SessionRecordStore } from '../session-record.ts'
import { createAppUrls } from '../sign-in/app-urls.ts'
import { frameLock } from './frame-rung.ts'
import { checkSilently, type SilentCheckOutcome } from './silent-check.ts'

const session: Session = {
  epoch: 1,
  claims: undefined,
  scope: 'openid',
  accessTokenExpiresAt: undefined,
  hasRefreshToken: true,
}
const settings = parseOptions({
  issuer: 'https://id.example.com',
  clientId: 'app',
  redirectUri: '/callback',
  silentRedirectUri: '/silent',
})

interface Check {
  readonly platform: FakePlatform
  readonly record: SessionRecordStore
  readonly outcome: Promise<SilentCheckOutcome>
  readonly stop: AbortController
  /** What came of it, in order. */
  readonly told: unknown[]
  /** What the code was exchanged with. */
  readonly grants: CodeGrant[]
  /** The frame's page passes on what it was called with. Default: the provider's answer. */
  answer(url?: string): Promise<void>
  /** Lets the tab that asks before this one come to an end. */
  goOn(): void
}

/** A question to the provider, while another tab asks it where `isBehind` says so. */
async function check({
  url = 'https://id.example.com/auth',
  isBehind = false,
  hangs = false,
  fails,
}: {
  url?: string
  isBehind?: boolean
  hangs?: boolean
  fails?: unknown
} = {}): Promise<Check> {
  const platform = createFakePlatform({ href: 'https://example.com/' })
  const record = createSessionRecordStore(platform.shared, 'session')
  record.write({ epoch: 1, status: 'signed_in', refreshes: 0, rotation: 0 })
  const told: unknown[] = []
  const grants: CodeGrant[] = []
  const stop = new AbortController()
  let goOn = (): void => undefined
  if (isBehind) {
    const ended = new Promise<void>((resolve) => {
      goOn = resolve
    })
    void platform.locks.run(frameLock(settings.instanceId), new AbortController().signal, () => ended)
    await settle()
  }
  const keeper = {
    current: () => session,
    authorize: () =>
      hangs
        ? new Promise(() => undefined)
        : Promise.resolve({ url, state: 's', nonce: 'n', codeVerifier: 'v' }),
    async redeem(_: URLSearchParams, grant: CodeGrant) {
      grants.push(grant)
      if (fails) throw fails
      return session
    },
  } as unknown as Keeper
  const outcome = checkSilently(
    {
      settings,
      platform,
      keeper,
      record,
      urls: createAppUrls(settings, { href: () => platform.navigation.href() }),
      params: createCurrentParams({}),
      found: () => told.push('found'),
      over: (reason) => told.push(reason),
    },
    stop.signal,
  )
  return {
    platform,
    record,
    outcome,
    stop,
    told,
    grants,
    async answer(url = `https://example.com/silent?code=c&state=${settings.statePrefix}s`) {
      await until(() => platform.frames.length > 0)
      platform.frames[0]?.say({ latchkey: 'silent-callback', url })
    },
    goOn: () => goOn(),
  }
}

/** Another tab has signed in again. */
function signInElsewhere({ record }: Check): void {
  record.write({ epoch: 2, status: 'signed_in', refreshes: 0, rotation: 0 })
}

describe('whether the person is still signed in at the provider', () => {
  it('is settled by the answer that they are, also where nobody knows their name', async () => {
    const asked = await check()
    await asked.answer()
    expect(await asked.outcome).toBe('settled')
    expect([asked.told, asked.grants[0]?.expectedSubject]).toEqual([['found'], undefined])
    expect([asked.platform.frames, asked.platform.timerCount()]).toEqual([[], 0])
  })

  it.each<[string, AnyAuthError, string]>([
    ['nobody is', new SignInRequiredError('login_required', 'No.'), 'session_ended'],
    ['somebody else is', new SignInRequiredError('subject_changed', 'No.'), 'subject_changed'],
  ])('is settled by the answer that %s', async (_, fails, reason) => {
    const asked = await check({ fails })
    await asked.answer()
    expect([await asked.outcome, asked.told]).toEqual(['settled', [reason]])
  })

  it.each<[string, unknown]>([
    [
      'it refuses for its own reasons',
      new ServerError('authorization_failed', 'No.', { error: 'server_error' }),
    ],
    ['the answer breaks something', new TypeError('x is undefined')],
  ])('stays unknown where %s', async (_, fails) => {
    const asked = await check({ fails })
    await asked.answer()
    expect([await asked.outcome, asked.told]).toEqual(['unknown', []])
  })

  it.each([
    ['of another page', 'https://example.com/other?code=c&state=s'],
    ['without an answer', 'https://example.com/silent'],
    ['with the answer to somebody else', 'https://example.com/silent?code=c&state=s'],
  ])('stays unknown where the frame passes on a URL %s: no code is exchanged', async (_, url) => {
    const asked = await check()
    await asked.answer(url)
    expect([await asked.outcome, asked.told, asked.grants]).toEqual(['unknown', [], []])
    expect([asked.platform.frames, asked.platform.timerCount()]).toEqual([[], 0])
  })

  it('stays unknown where the frame would be on another site', async () => {
    const asked = await check({ url: 'https://id.elsewhere.example/auth' })
    expect([await asked.outcome, asked.platform.frames, asked.told]).toEqual(['unknown', [], []])
  })

  it.each([
    ['no frame answers', false],
    ['it does not even come to a frame', true],
  ])('stays unknown after 8 seconds in which %s, and the next tab may ask', async (_, hangs) => {
    const asked = await check({ hangs })
    await settle()
    await asked.platform.advance(8000)
    expect(await asked.outcome).toBe('unknown')
    const next = asked.platform.locks.run(
      frameLock(settings.instanceId),
      new AbortController().signal,
      async (hasWaited) => hasWaited,
    )
    expect([await next, asked.platform.frames]).toEqual([false, []])
  })

  it('stays unknown where it is given up before its turn has come', async () => {
    const asked = await check({ isBehind: true })
    asked.stop.abort()
    expect([await asked.outcome, asked.platform.frames]).toEqual(['unknown', []])
  })

  it.each<[string, (asked: Check) => Promise<void> | void]>([
    ['while it waits for its turn', (asked) => asked.goOn()],
    ['before it is given up', ({ stop }) => stop.abort()],
  ])('is settled by a sign-in in another tab %s', async (_, then) => {
    const asked = await check({ isBehind: true })
    signInElsewhere(asked)
    await then(asked)
    expect([await asked.outcome, asked.platform.frames, asked.told]).toEqual(['settled', [], []])
  })

  it('is settled by a sign-in in another tab while the provider is asked, whose answer is about another session', async () => {
    const asked = await check()
    await until(() => asked.platform.frames.length > 0)
    signInElsewhere(asked)
    await asked.answer()
    expect([await asked.outcome, asked.told, asked.grants]).toEqual(['settled', [], []])
  })

  it('is settled by a sign-in in another tab while nobody is found: that one is not ended', async () => {
    const asked = await check()
    await until(() => asked.platform.frames.length > 0)
    signInElsewhere(asked)
    asked.stop.abort()
    expect([await asked.outcome, asked.told]).toEqual(['settled', []])
  })
})
