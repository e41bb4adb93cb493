import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createKeeperScene, createKeptSession, type KeeperScene, someGrant } from '../../test/keeper-scene.ts'
import { turns } from '../../test/manual-clock.ts'
import type { ScriptedCall } from '../../test/scripted-provider.ts'
import {
  AuthError,
  ConfigurationError,
  NetworkError,
  ProtocolError,
  ServerError,
  SignInRequiredError,
} from '../errors.ts'
import type { RefreshableTokenSet } from '../protocol/refresh-grant.ts'
import type { TokenSet } from '../protocol/token-set.ts'

describe('many callers at once', () => {
  it('cause one refresh when 200 find the token expired', async () => {
    const scene = await createKeptSession()
    await scene.clock.advance(301_000)
    const asked = Array.from({ length: 200 }, () => scene.keeper.getAccessToken())
    await turns()
    scene.provider.refreshes.last().resolve(scene.tokens())
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['access-2']))
    expect(scene.provider.refreshes.calls).toHaveLength(1)
  })

  it('cause one refresh when they come one after another while it is under way', async () => {
    const scene = await createKeptSession()
    await scene.clock.advance(301_000)
    const asked: Promise<string>[] = []
    for (let count = 0; count < 200; count++) {
      asked.push(scene.keeper.getAccessToken(count % 3 ? {} : { forceRefresh: true }))
      await turns(1)
    }
    scene.provider.refreshes.last().resolve(scene.tokens())
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['access-2']))
    expect(scene.provider.refreshes.calls).toHaveLength(1)
  })

  it('share one failure, told once', async () => {
    const { keeper, provider, clock, changes } = await createKeptSession()
    await clock.advance(301_000)
    const asked = Array.from({ length: 200 }, () => keeper.getAccessToken())
    await turns()
    const error = new NetworkError('timeout', 'It did not answer.')
    provider.refreshes.last().reject(error)
    for (const one of asked) await expect(one).rejects.toBe(error)
    expect(provider.refreshes.calls).toHaveLength(1)
    expect(changes).toHaveLength(1)
  })
})

/** What happens to a keeper, in any order. Indexes are taken modulo what there is. */
const command = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('ask' as const),
      minValiditySeconds: fc.option(fc.nat(400), { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('ask with a signal' as const) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('abort' as const), index: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('force' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('resolve a refresh' as const),
      index: fc.nat(),
      rotates: fc.boolean(),
      lifetimeSeconds: fc.constantFrom(0, 5, 30, 300, undefined),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('fail a refresh' as const), index: fc.nat(), error: fc.nat() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('advance' as const),
      ms: fc.constantFrom(1, 500, 4000, 30_000, 240_000, 300_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('move the wall clock' as const),
      ms: fc.constantFrom(-86_400_000, 86_400_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('sign out' as const) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('start a sign-in' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('finish a sign-in' as const),
      index: fc.nat(),
      isRefreshable: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('go offline' as const) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('go online' as const), isTold: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('hide' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('show' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('start' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('stop' as const) }) },
)

/** After each command so many rounds of promise reactions run, so that the next may come in between. */
const step = fc.tuple(command, fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 8, 24))

type Command = typeof command extends fc.Arbitrary<infer T> ? T : never

const bug = new TypeError('a bug')

const failures = [
  new NetworkError('network_failed', 'It could not be reached.'),
  new NetworkError('timeout', 'It did not answer.'),
  new NetworkError('server_unavailable', 'Later.', { status: 503, retryAfterSeconds: 20 }),
  new NetworkError('code_not_loaded', 'A part of the app could not be loaded.'),
  new ServerError('token_request_failed', 'No.', { error: 'unknown_error' }),
  new ConfigurationError('client_rejected', 'It was refused.'),
  new ProtocolError('invalid_id_token', 'It was refused.'),
  bug,
  new SignInRequiredError('session_ended', 'Over.'),
  new SignInRequiredError('subject_changed', 'Somebody else.'),
]

/** A call of getAccessToken, and what has become of it. */
interface Ask {
  readonly leaving: AbortController
  outcome: { readonly token: string } | { readonly error: unknown } | undefined
}

/** Runs commands against a keeper, and watches what no order of them may bring about. */
class Watch {
  readonly scene: KeeperScene = createKeeperScene()
  readonly asks: Ask[] = []
  readonly violations: string[] = []
  /** The session that an access token belongs to; a session is named by its first access token. */
  readonly sessionOf = new Map<string, string>()
  /** The session that was redeemed last and not ended; undefined: none. */
  session: string | undefined
  /** The session before, in the round in which it is replaced. */
  leavingSession: string | undefined
  /** Refresh tokens that were exchanged for others. */
  readonly spent = new Set<string>()
  /** What came too late, and has to be revoked. */
  readonly late: TokenSet[] = []
  signOuts = 0
  stop: (() => void) | undefined
  readonly signIns: { readonly settled: Promise<void>; readonly signOuts: number }[] = []

  constructor() {
    const { keeper, provider } = this.scene
    const { refresh } = provider
    provider.refresh = (held) => {
      const open = provider.refreshes.calls.filter((call) => call.isOpen)
      this.check(!open.some(({ request }) => request === held), 'two refreshes of one token set in flight')
      const isSame = ({ request }: ScriptedCall<RefreshableTokenSet, TokenSet>): boolean =>
        this.sessionOf.get(request.accessToken) === this.sessionOf.get(held.accessToken)
      this.check(!open.some(isSame), 'two refreshes of one session in flight')
      this.check(!this.spent.has(held.refreshToken), `${held.refreshToken} was sent after it was exchanged`)
      this.check(
        this.sessionOf.get(held.accessToken) === this.session,
        'a refresh for a session that is over',
      )
      return refresh(held)
    }
    keeper.onChange((change) => {
      this.check(this.session !== undefined, `told "${change.type}" though nobody is signed in`)
      if (change.type === 'ended') void this.changeHands(undefined)
    })
  }

  check(isTrue: boolean, violation: string): void {
    if (!isTrue) this.violations.push(violation)
  }

  ask(request: {
    minValiditySeconds?: number | undefined
    forceRefresh?: boolean
    isAbortable?: boolean
  }): void {
    const ask: Ask = { leaving: new AbortController(), outcome: undefined }
    this.asks.push(ask)
    const { minValiditySeconds, forceRefresh = false, isAbortable } = request
    this.scene.keeper
      .getAccessToken({
        forceRefresh,
        ...(minValiditySeconds !== undefined && { minValiditySeconds }),
        ...(isAbortable && { signal: ask.leaving.signal }),
      })
      .then(
        (token) => {
          ask.outcome = { token }
          const session = this.sessionOf.get(token) ?? 'none'
          this.check(
            [this.session, this.leavingSession].includes(session),
            `${token} was given out of an old session`,
          )
        },
        (error: unknown) => {
          ask.outcome = { error }
          const isLeaving = isAbortable === true && ask.leaving.signal.aborted && error === 'left'
          this.check(
            isLeaving || error instanceof AuthError || error === bug,
            `rejected with ${String(error)}`,
          )
        },
      )
  }

  openRefreshes(): ScriptedCall<RefreshableTokenSet, TokenSet>[] {
    return this.scene.provider.refreshes.calls.filter((call) => call.isOpen)
  }

  resolveRefresh(
    call: ScriptedCall<RefreshableTokenSet, TokenSet>,
    rotates: boolean,
    lifetimeSeconds: number | undefined,
  ): void {
    const { refreshToken, accessToken } = call.request
    const tokens = this.scene.tokens({ lifetimeSeconds, ...(!rotates && { refreshToken }) })
    if (rotates) this.spent.add(refreshToken)
    const session = this.sessionOf.get(accessToken) ?? ''
    this.sessionOf.set(tokens.accessToken, session)
    if (session !== this.session) this.late.push(tokens)
    call.resolve(tokens)
  }

  startSignIn(): void {
    const settled = this.scene.keeper.redeem(new URLSearchParams(), someGrant).then(
      () => undefined,
      () => undefined,
    )
    this.signIns.push({ settled, signOuts: this.signOuts })
  }

  async finishSignIn(index: number, isRefreshable: boolean): Promise<void> {
    const calls = this.scene.provider.redemptions.calls
    const open = calls.flatMap((call, number) => (call.isOpen ? [{ call, number }] : []))
    const chosen = open[index % open.length]
    if (!chosen) return
    const tokens = this.scene.tokens(isRefreshable ? {} : { refreshToken: null })
    this.sessionOf.set(tokens.accessToken, tokens.accessToken)
    const isLate = this.signIns[chosen.number]?.signOuts !== this.signOuts
    chosen.call.resolve(tokens)
    if (isLate) this.late.push(tokens)
    await this.changeHands(isLate ? this.session : tokens.accessToken)
  }

  /** A promise is heard of a round after it was settled, so for one round either session may be spoken of. */
  async changeHands(session: string | undefined): Promise<void> {
    this.leavingSession = this.session
    this.session = session
    await turns(1)
    this.leavingSession = undefined
  }

  async signOut(): Promise<void> {
    void this.scene.keeper.end({ postLogoutRedirectUri: undefined })
    this.check(this.scene.keeper.current() === undefined, 'a session after a sign-out')
    this.signOuts += 1
    await this.changeHands(undefined)
  }

  async run(command: Command): Promise<void> {
    const { keeper, clock, page } = this.scene
    switch (command.type) {
      case 'ask':
        return this.ask(command)
      case 'ask with a signal':
        return this.ask({ isAbortable: true })
      case 'abort':
        return this.asks[command.index % this.asks.length]?.leaving.abort('left')
      case 'force':
        return this.ask({ forceRefresh: true })
      case 'resolve a refresh': {
        const open = this.openRefreshes()
        const call = open[command.index % open.length]
        if (call) this.resolveRefresh(call, command.rotates, command.lifetimeSeconds)
        return
      }
      case 'fail a refresh': {
        const open = this.openRefreshes()
        return open[command.index % open.length]?.reject(failures[command.error % failures.length])
      }
      case 'advance':
        return clock.advance(command.ms)
      case 'move the wall clock':
        return clock.moveWallClock(command.ms)
      case 'sign out':
        return this.signOut()
      case 'start a sign-in':
        return this.startSignIn()
      case 'finish a sign-in':
        return this.finishSignIn(command.index, command.isRefreshable)
      case 'go offline':
        return page.setOnline(false)
      case 'go online':
        page.setOnline(true)
        if (command.isTold) page.wake('online')
        return
      case 'hide':
        return page.setVisible(false)
      case 'show':
        page.setVisible(true)
        return page.wake('visible')
      case 'start':
        this.stop ??= keeper.start()
        return
      case 'stop':
        this.stop?.()
        this.stop = undefined
    }
  }

  /** Answers what is still open, and looks at what is left. */
  async finish(): Promise<void> {
    const { keeper, provider, clock, page } = this.scene
    this.stop?.()
    for (let round = 0; round < 3; round++) {
      for (const call of this.openRefreshes()) this.resolveRefresh(call, true, 300)
      await turns()
    }
    this.check(this.openRefreshes().length === 0, 'a refresh that nobody asked for')
    this.check(
      this.asks.every(({ outcome }) => outcome),
      'a promise that does not settle',
    )
    this.check(clock.timerCount() === 0 && page.listenerCount() === 0, 'a timer or a listener after the stop')
    const revoked = new Set(provider.revocations.calls.map(({ request }) => request))
    this.check(
      this.late.every((tokens) => revoked.has(tokens)),
      'late tokens that were not revoked',
    )
    this.check(
      (keeper.current() === undefined) === (this.session === undefined),
      'another session than expected',
    )

    await this.signOut()
    const asked = keeper.getAccessToken().then(
      () => this.check(false, 'a token after a sign-out'),
      () => undefined,
    )
    for (const call of provider.redemptions.calls.filter(({ isOpen }) => isOpen))
      call.resolve(this.scene.tokens())
    await turns()
    await asked
    this.check(keeper.current() === undefined, 'a session that came back after the last sign-out')
  }
}

describe('any order of events', () => {
  it('never refreshes one token set twice at once, never sends an exchanged refresh token, settles every promise, and gives out nothing of a session that is over', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
        const watch = new Watch()
        watch.startSignIn()
        await watch.finishSignIn(0, true)
        for (const [command, rounds] of steps) {
          await watch.run(command)
          await turns(rounds)
        }
        await watch.finish()
        expect(watch.violations).toEqual([])
      }),
      { seed: 20_261_120, numRuns: 1000 },
    )
  }, 60_000)
})
