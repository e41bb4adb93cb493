import { describe, expect, it } from 'vitest'
import { createFakePlatform, type FakePlatform } from '../../test/fake-platform.ts'
import { turns } from '../../test/manual-clock.ts'
import type { Session } from '../keeper/keeper.ts'
import type { SilentCheckOutcome } from '../restore/silent-check.ts'
import { startProviderWatch } from './provider-watch.ts'

const everyMs = 5000
const check = 'https://id.example.com/check'

type ProviderSession = NonNullable<Session['providerSession']>

const firstSession: ProviderSession = { state: 'first.salt', frameUrl: check }

interface Watched {
  readonly platform: FakePlatform
  /** The questions that the provider was asked, each to be answered by the test. */
  readonly asked: { readonly signal: AbortSignal; readonly settle: (outcome: SilentCheckOutcome) => void }[]
  /** What the frame that is open was told. */
  readonly heard: () => readonly string[]
  setSession(session: ProviderSession | undefined): void
  /** The page shows somebody whose session nothing holds any more. */
  setLost(isLost: boolean): void
  setSignedIn(isSignedIn: boolean): void
  /** The frame says something, and whatever follows at once has followed. */
  say(answer: unknown): Promise<void>
  stop(): void
}

function watch(
  arrange: (platform: FakePlatform) => void = () => undefined,
  begins: { readonly session: ProviderSession | undefined } = { session: firstSession },
): Watched {
  const platform = createFakePlatform({ href: 'https://example.com/' })
  arrange(platform)
  const asked: { signal: AbortSignal; settle: (outcome: SilentCheckOutcome) => void }[] = []
  const listeners = new Set<() => void>()
  let isSignedIn = true
  let isLost = false
  let current = begins.session
  const stop = startProviderWatch({
    clientId: 'app',
    platform,
    signedIn: {
      isWanted: () => isSignedIn,
      onChanged(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    },
    session: () =>
      isLost
        ? undefined
        : {
            epoch: 1,
            claims: undefined,
            scope: 'openid',
            accessTokenExpiresAt: undefined,
            hasRefreshToken: true,
            ...(current && { providerSession: current }),
          },
    check: (signal) => new Promise((settle) => asked.push({ signal, settle })),
  })
  return {
    platform,
    asked,
    heard: () => platform.providerFrames[0]?.heard ?? [],
    setSession(next) {
      current = next
    },
    setLost(next) {
      isLost = next
    },
    setSignedIn(next) {
      isSignedIn = next
      for (const listener of listeners) listener()
    },
    async say(answer) {
      platform.providerFrames[0]?.say(answer)
      await turns()
    },
    stop,
  }
}

/** The frame says that something has changed, and it is settled that nothing had. */
async function uselessChange({ say, asked }: Watched): Promise<void> {
  await say('changed')
  asked.at(-1)?.settle('settled')
  await turns()
}

describe('a page that watches the provider’s session', () => {
  it('asks its frame at once, and every few seconds by one timer', async () => {
    const { platform, heard } = watch()
    expect(heard()).toEqual(['app first.salt'])
    platform.wake('visible')
    expect([heard().length, platform.timerCount()]).toEqual([2, 1])
    await platform.advance(everyMs)
    await platform.advance(everyMs)
    expect(heard()).toHaveLength(4)
    expect([platform.providerFrames.length, platform.providerFrames[0]?.url]).toEqual([1, check])
  })

  it.each<[string, (platform: FakePlatform) => void]>([
    ['is in a frame itself', (platform) => platform.setFramed(true)],
    ['is hidden', (platform) => platform.setVisible(false)],
    ['is offline', (platform) => platform.setOnline(false)],
    ['is loaded ahead of time', (platform) => platform.setPrerendering(true)],
  ])('runs nothing where it %s', (_what, arrange) => {
    const { platform } = watch(arrange)
    expect([platform.providerFrames, platform.timerCount()]).toEqual([[], 0])
  })

  it.each<[string, ProviderSession | undefined]>([
    ['nothing was said of it', undefined],
    ['there is no page to ask', { state: 'first.salt' }],
    ['that page is on another site', { state: 'first.salt', frameUrl: 'https://id.other/check' }],
  ])('opens no frame where %s, and looks again whether that is so', async (_what, session) => {
    const { platform, setSession, heard } = watch(undefined, { session })
    await platform.advance(everyMs)
    expect(platform.providerFrames).toEqual([])
    setSession({ state: 'later.salt', frameUrl: check })
    await platform.advance(everyMs)
    expect(heard()).toEqual(['app later.salt'])
  })

  it('opens another frame for another page of the provider’s, and closes the one before', async () => {
    const { platform, setSession, heard } = watch()
    setSession({ state: 'second.salt', frameUrl: `${check}/2` })
    await platform.advance(everyMs)
    expect(platform.providerFrames.map(({ url }) => url)).toEqual([`${check}/2`])
    expect(heard()).toEqual(['app second.salt'])
    setSession(undefined)
    await platform.advance(everyMs)
    expect(platform.providerFrames).toEqual([])
  })

  it('runs only while somebody is signed in, and until it is stopped', () => {
    const { platform, setSignedIn, stop } = watch()
    const running = (): number[] => [
      platform.providerFrames.length,
      platform.timerCount(),
      platform.listenerCount(),
    ]
    setSignedIn(false)
    expect(running()).toEqual([0, 0, 0])
    setSignedIn(true)
    expect(running()).toEqual([1, 1, 1])
    stop()
    expect(running()).toEqual([0, 0, 0])
  })
})

describe('a frame that says that something has changed', () => {
  it('has the provider asked, once, until that is settled', async () => {
    const watched = watch()
    await watched.say('changed')
    await watched.say('changed')
    expect(watched.asked).toHaveLength(1)
    expect(watched.asked[0]?.signal.aborted).toBe(false)
    watched.asked[0]?.settle('settled')
    await turns()
    await watched.say('changed')
    expect(watched.asked).toHaveLength(2)
  })

  it('has it asked no more where the page stops, with a reason to give up for', async () => {
    const { say, asked, stop } = watch()
    await say('changed')
    stop()
    expect(asked[0]?.signal.reason).toMatchObject({ name: 'AbortError' })
  })

  it.each([['nothing'], [{ state: 'changed' }], [undefined]])('is none where it says %j', async (answer) => {
    const { say, asked, platform } = watch()
    await say(answer)
    expect([asked, platform.providerFrames.length]).toEqual([[], 1])
  })

  it('is not heard where it speaks of a session that there is no more', async () => {
    const { say, asked, setSession, platform } = watch()
    setSession({ state: 'second.salt', frameUrl: check })
    await say('changed')
    await say('error')
    expect([asked, platform.providerFrames.length]).toEqual([[], 1])
    await platform.advance(everyMs)
    await say('changed')
    expect(asked).toHaveLength(1)
  })

  it.each<[string, (watched: Watched) => void]>([
    ['nothing is said of the session any more', ({ setSession }) => setSession(undefined)],
    ['nothing holds it any more', ({ setLost }) => setLost(true)],
  ])('is not heard, before it is closed and after, where %s', async (_what, arrange) => {
    const watched = watch()
    const { asked, platform, heard, setSession, setLost } = watched
    const [frame] = platform.providerFrames
    arrange(watched)
    for (let round = 0; round < 2; round++) {
      expect(() => frame?.say('changed')).not.toThrow()
      await platform.advance(everyMs)
      expect([asked, platform.providerFrames]).toEqual([[], []])
    }
    // Nor is it any reason to watch no more.
    setLost(false)
    setSession({ state: 'later.salt', frameUrl: check })
    await platform.advance(everyMs)
    expect(heard()).toEqual(['app later.salt'])
  })

  it('is not listened to any more after an error of its own', async () => {
    const { say, platform } = watch()
    await say('error')
    expect([platform.providerFrames, platform.timerCount()]).toEqual([[], 0])
    platform.wake('visible')
    expect([platform.providerFrames, platform.timerCount()]).toEqual([[], 0])
  })

  it('is believed twice in a row where nothing had, and no more (§5.1)', async () => {
    const watched = watch()
    await uselessChange(watched)
    await uselessChange(watched)
    expect(watched.platform.providerFrames).toHaveLength(1)
    await watched.say('changed')
    expect([watched.asked.length, watched.platform.providerFrames]).toEqual([2, []])
  })

  it('is believed anew once it has said that nothing had', async () => {
    const watched = watch()
    for (let round = 0; round < 4; round++) {
      await uselessChange(watched)
      await watched.say('unchanged')
    }
    expect([watched.asked.length, watched.platform.providerFrames.length]).toEqual([4, 1])
  })

  it('is left in peace for a minute where the provider could not be asked, which counts for nothing', async () => {
    const { say, asked, platform, heard } = watch()
    for (let round = 0; round < 4; round++) {
      await say('changed')
      const before = heard().length
      asked.at(-1)?.settle('unknown')
      await turns()
      await platform.advance(59_000)
      expect(heard()).toHaveLength(before)
      await platform.advance(2 * everyMs)
      expect(heard().length).toBeGreaterThan(before)
    }
    expect([asked.length, platform.providerFrames.length]).toEqual([4, 1])
  })

  it('is believed of what may be another site only where it has said before that nothing had', async () => {
    const unknown = { session: { state: 'first.salt', frameUrl: 'https://id.example.co.uk/check' } }
    const elsewhere = (platform: FakePlatform): void => platform.goTo('https://app.example.co.uk/')
    const unsure = watch(elsewhere, unknown)
    expect(unsure.heard()).toEqual(['app first.salt'])
    await unsure.say('changed')
    expect([unsure.asked, unsure.platform.providerFrames, unsure.platform.timerCount()]).toEqual([[], [], 0])
    const sure = watch(elsewhere, unknown)
    await sure.say('unchanged')
    await sure.say('changed')
    expect(sure.asked).toHaveLength(1)
  })
})
