import { NetworkError, SignInRequiredError } from '../../src/errors.ts'
import type { Provider } from '../../src/protocol/provider.ts'
import type { TokenSet } from '../../src/protocol/token-set.ts'
import type { Chance } from './chance.ts'
import type { BrowserTab } from './shared-browser.ts'
import type { Timeline } from './timeline.ts'

/** One sign-in at the provider, and every token that came of it. */
export interface Family {
  readonly number: number
  readonly user: string
  /** The refresh token that is good now. */
  refreshToken: string | undefined
  isRevoked: boolean
  /** Nobody can know which refresh token is the last: an answer was lost, or a tab with it. */
  isExcused: boolean
}

/** What the network does, until it is told otherwise. */
export interface Weather {
  /** False: nothing gets anywhere. */
  isOnline: boolean
  /** What the provider is going through. */
  mood: 'well' | 'slow' | 'down' | 'busy'
  /** How likely a request, or its answer, gets lost. */
  loss: number
}

/** A provider that rotates refresh tokens and revokes the whole family when a spent one comes back (RFC 9700 §4.14.2). */
export interface RotatingProvider {
  readonly weather: Weather
  readonly families: readonly Family[]
  /** When requests for tokens were sent, by the monotonic clock. */
  readonly tokenRequests: number[]
  /** The provider as one tab reaches it. */
  connect(tab: BrowserTab, user: () => string): Provider
  familyOf(tokens: Pick<TokenSet, 'accessToken'>): Family
  familyOfToken(token: string): Family
  /** In milliseconds since the epoch. */
  expiresAt(accessToken: string): number
  /** The refresh token that came with this access token. */
  refreshTokenWith(accessToken: string): string | undefined
  /** Everything that is on its way gets lost. */
  cutOff(): void
  /** A tab is gone: what it alone had is gone too. */
  lose(tab: BrowserTab): void
}

/** What a rotating provider is set with. */
export interface RotatingProviderOptions {
  readonly lifetimeSeconds: number
  readonly rotates: boolean
  readonly givesRefreshTokens: boolean
  /** Called with what must never happen. */
  violated(what: string): void
  note(what: string): void
}

const requestTimeoutMs = 10_000
/** So long after an answer others may not know of it yet. */
const newsMs = 250

interface Exchange {
  readonly tab: BrowserTab
  readonly family: Family | undefined
  isProcessed: boolean
  answeredMs: number | undefined
  lose(): void
}

/** Makes a {@link RotatingProvider}. */
export function createRotatingProvider(
  timeline: Timeline,
  chance: Chance,
  { lifetimeSeconds, rotates, givesRefreshTokens, violated, note }: RotatingProviderOptions,
): RotatingProvider {
  const weather: Weather = { isOnline: true, mood: 'well', loss: 0 }
  const families: Family[] = []
  const tokenRequests: number[] = []
  const familyByToken = new Map<string, Family>()
  const expiries = new Map<string, number>()
  const companions = new Map<string, string>()
  const inFlight = new Map<string, BrowserTab>()
  const exchanges = new Set<Exchange>()
  let serial = 0

  function issue(family: Family): { accessToken: string; refreshToken?: string } {
    const number = ++serial
    const accessToken = `access-${family.number}-${number}`
    familyByToken.set(accessToken, family)
    if (!givesRefreshTokens) return { accessToken }
    if (family.refreshToken === undefined || rotates) {
      family.refreshToken = `refresh-${family.number}-${number}`
      familyByToken.set(family.refreshToken, family)
    }
    companions.set(accessToken, family.refreshToken)
    return { accessToken, refreshToken: family.refreshToken }
  }

  /** What the provider says to a refresh token. */
  function exchangeRefreshToken(refreshToken: string): ReturnType<typeof issue> {
    const family = familyOfToken(refreshToken)
    if (!family.isRevoked && family.refreshToken !== refreshToken) {
      if (!family.isExcused) violated(`${refreshToken} was sent after it was exchanged`)
      note(`the provider revokes family ${family.number}: ${refreshToken} was sent again`)
      family.isRevoked = true
    }
    if (family.isRevoked) throw new SignInRequiredError('session_ended', 'It was refused: invalid_grant.')
    return issue(family)
  }

  function delayMs(): number {
    if (weather.mood === 'slow') return chance.between(2000, 15_000)
    return chance.happens(0.8) ? chance.between(5, 400) : chance.between(5, 4000)
  }

  /** One request and its answer; either may get lost, and late is lost as well. */
  function send<T>(tab: BrowserTab, family: Family | undefined, process: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const totalMs = delayMs()
      const there = chance.between(1, totalMs)
      let isSettled = false
      const settle = (by: () => void): void => {
        if (isSettled) return
        isSettled = true
        cancel()
        tab.deliver('network', by)
      }
      const exchange: Exchange = {
        tab,
        family,
        isProcessed: false,
        answeredMs: undefined,
        lose() {
          if (isSettled) return
          if (exchange.isProcessed && family) family.isExcused = true
          settle(() => reject(new NetworkError('network_failed', 'It could not be reached.')))
        },
      }
      exchanges.add(exchange)
      const cancel = timeline.after(requestTimeoutMs, () => {
        if (exchange.isProcessed && family) family.isExcused = true
        settle(() => reject(new NetworkError('timeout', 'It did not answer.')))
      })
      if (!weather.isOnline || chance.happens(weather.loss)) {
        timeline.after(Math.min(there, 100), exchange.lose)
        return
      }
      timeline.after(there, () => {
        // What the sender has given up, or has been told is lost, may have arrived all the same.
        if (isSettled && family) family.isExcused = true
        let answer: () => void
        try {
          if (weather.mood === 'down' || weather.mood === 'busy') throw unavailable()
          const result = process()
          exchange.isProcessed = true
          answer = () => resolve(result)
        } catch (error) {
          answer = () => reject(error)
        }
        timeline.after(totalMs - there, () => {
          if (chance.happens(weather.loss)) return exchange.lose()
          settle(() => {
            exchange.answeredMs = timeline.now().monotonicMs
            answer()
          })
          timeline.after(newsMs, () => exchange.answeredMs !== undefined && exchanges.delete(exchange))
        })
      })
    })
  }

  function unavailable(): NetworkError {
    const isBusy = weather.mood === 'busy'
    return new NetworkError('server_unavailable', 'It said: later.', {
      status: isBusy ? 429 : 503,
      ...(isBusy && { retryAfterSeconds: chance.between(1, 30) }),
    })
  }

  function familyOfToken(token: string): Family {
    const family = familyByToken.get(token)
    if (!family) throw new Error(`Nobody issued ${token}.`)
    return family
  }

  function tokensOf(
    issued: ReturnType<typeof issue>,
    user: string,
    requestedAt: TokenSet['requestedAt'],
  ): TokenSet {
    const expiresAt = requestedAt.epochMs + lifetimeSeconds * 1000
    expiries.set(issued.accessToken, expiresAt)
    return {
      ...issued,
      tokenType: 'bearer',
      requestedAt,
      expiresAt,
      scope: 'openid',
      claims: { iss: 'https://id.example', sub: user, aud: 'app', exp: 0, iat: 0 },
    }
  }

  return {
    weather,
    families,
    tokenRequests,
    familyOfToken,
    expiresAt: (accessToken) => expiries.get(accessToken) ?? 0,
    refreshTokenWith: (accessToken) => companions.get(accessToken),
    familyOf: ({ accessToken }) => familyOfToken(accessToken),
    connect: (tab, user) => ({
      authorize: async () => ({ url: '', state: '', codeVerifier: '', nonce: '' }),
      async redeem() {
        const requestedAt = now(tab)
        const name = user()
        return send(tab, undefined, () => {
          const family: Family = {
            number: families.length + 1,
            user: name,
            refreshToken: undefined,
            isRevoked: false,
            isExcused: false,
          }
          families.push(family)
          note(`${name} signs in through tab ${tab.number}: family ${family.number}`)
          return tokensOf(issue(family), name, requestedAt)
        })
      },
      async refresh(held, { target, rotated } = {}) {
        const { refreshToken } = held
        const family = familyOfToken(refreshToken)
        const requestedAt = now(tab)
        if (inFlight.get(refreshToken)?.isAlive) violated(`${refreshToken} was sent twice at once`)
        inFlight.set(refreshToken, tab)
        tokenRequests.push(timeline.now().monotonicMs)
        note(`tab ${tab.number} sends ${refreshToken}`)
        try {
          const issued = await send(tab, family, () => {
            const answer = exchangeRefreshToken(refreshToken)
            // The access token that is held stays, beside the new refresh token.
            if (target && answer.refreshToken) companions.set(held.accessToken, answer.refreshToken)
            return answer
          })
          const { refreshToken: next } = issued
          // A provider that is slow has given its keys before: nobody is to wait longer for both than for a request.
          const isUnproven = weather.mood !== 'slow' && chance.happens(0.4)
          if (rotated && next !== undefined && next !== refreshToken && isUnproven) {
            note(`tab ${tab.number} has ${next}, and asks for the keys`)
            companions.set(held.accessToken, next)
            rotated(next)
            await keysFor(tab)
          }
          return tokensOf(issued, family.user, requestedAt)
        } finally {
          inFlight.delete(refreshToken)
        }
      },
      async revoke({ refreshToken, accessToken }) {
        await send(tab, undefined, () => {
          familyOfToken(refreshToken ?? accessToken).isRevoked = true
        })
        return true
      },
      userInfo: async () => {
        throw new Error('Nobody asks here who somebody is.')
      },
      endSessionUrl: async () => undefined,
      probe: async () => undefined,
    }),
    cutOff() {
      for (const exchange of exchanges) if (exchange.answeredMs === undefined) exchange.lose()
    },
    lose(lost) {
      for (const { tab, family } of exchanges) if (tab === lost && family) family.isExcused = true
    },
  }

  /** Whether they come or not: without them, what was known counts. */
  function keysFor(tab: BrowserTab): Promise<void> {
    return new Promise((resolve) => {
      timeline.after(chance.between(5, 4000), () => tab.deliver('network', resolve))
    })
  }

  function now(tab: BrowserTab): TokenSet['requestedAt'] {
    const { epochMs, monotonicMs } = timeline.now()
    return { epochMs, monotonicMs: monotonicMs + tab.clockOffsetMs }
  }
}
