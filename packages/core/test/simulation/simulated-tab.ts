import { isAuthError } from '../../src/errors.ts'
import type { AccessTokenRequest, KeeperChange } from '../../src/keeper/keeper.ts'
import { createMemoryKeeper, type MemoryKeeper } from '../../src/keeper/memory.ts'
import { noteLost } from '../../src/lost-session.ts'
import type { Page, WakeCause } from '../../src/platform/ports.ts'
import { createSessionRecordStore, type SessionRecordStore } from '../../src/session-record.ts'
import { createTabLine } from '../../src/tab-line.ts'
import type { Chance } from './chance.ts'
import { createEventLoop, type EventLoop } from './event-loop.ts'
import { createPlainSealing } from './plain-sealing.ts'
import type { Family, RotatingProvider } from './rotating-provider.ts'
import type { BrowserTab, SharedBrowser } from './shared-browser.ts'
import type { Timeline } from './timeline.ts'

/** A page of the app in one tab, with the real keeper in it. */
export interface SimulatedTab extends BrowserTab {
  readonly keeper: MemoryKeeper
  readonly record: SessionRecordStore
  readonly isFrozen: boolean
  readonly isVisible: boolean
  /** Since when it has been neither frozen nor new, by the monotonic clock. */
  readonly awakeSinceMs: number
  readonly calls: readonly TokenCall[]
  /** The sign-in that it is in. */
  family(): Family | undefined
  ask(request: AccessTokenRequest): void
  abort(): void
  signIn(user: string): void
  signOut(): void
  wake(cause: WakeCause): void
  freeze(): void
  thaw(): void
  setVisible(isVisible: boolean): void
  close(): void
  /** Looks for a session that began elsewhere, as a page does when it is loaded. */
  restore(): Promise<void>
}

/** A call of getAccessToken. */
export interface TokenCall {
  readonly request: AccessTokenRequest
  readonly of: Family
  readonly calledMs: number
  settledMs: number | undefined
}

/** What simulated tabs have in common. */
export interface TabWorld {
  readonly timeline: Timeline
  readonly chance: Chance
  readonly browser: SharedBrowser
  readonly provider: RotatingProvider
  /** Whether a token may run out while it is on its way. */
  readonly isShortLived: boolean
  /** Whether the browser says that it is online. */
  seemsOnline(): boolean
  /** Called with what must never happen. */
  violated(what: string): void
  /** Called with everything that a keeper tells. */
  changed(tab: SimulatedTab, change: KeeperChange, family: Family | undefined): void
  signedOut(tab: SimulatedTab, epoch: number): void
  note(what: string): void
}

/** Somebody else's turn, and one's own: a question, news that do not come, a request. */
const longestCallMs = 40_000

/** Opens a tab. It does not look for a session by itself. */
export function openTab(
  number: number,
  world: TabWorld,
  { gives, isVisible: startsVisible }: { gives: 'all' | 'lend'; isVisible: boolean },
): SimulatedTab {
  const { timeline, chance, browser, provider, violated } = world
  let isVisible = startsVisible
  const loop = createEventLoop(number, { timeline, chance, isThrottled: () => !isVisible })
  const wakeListeners = new Set<(cause: WakeCause) => void>()
  const calls: TokenCall[] = []
  const leaving: AbortController[] = []
  let user = ''
  /** What the keeper held when it last told, or was last asked. */
  let known: Family | undefined
  let adoptedEpoch = 0
  /** Since the last call. */
  let wasHidden = false

  const ports = browser.open(loop)
  const page: Pick<Page, 'isOnline' | 'isVisible' | 'isSecureContext' | 'onWake'> = {
    isOnline: world.seemsOnline,
    isVisible: () => isVisible,
    isSecureContext: () => true,
    onWake(listener) {
      wakeListeners.add(listener)
      return () => void wakeListeners.delete(listener)
    },
  }
  const moment = (): Promise<void> =>
    new Promise((resolve) => {
      timeline.after(chance.between(0, 3), () => loop.deliver('crypto', resolve))
    })
  const line = createTabLine(ports.openChannel, 'simulation')
  const record = createSessionRecordStore(ports.shared, 'session')
  const keeper = createMemoryKeeper({
    platform: {
      clock: loop.clock,
      page: page as Page,
      locks: ports.locks,
      random: { bytes: chance.bytes, fraction: chance.fraction },
    },
    provider: provider.connect(loop, () => user),
    line,
    record,
    instanceId: 'simulation',
    lockTimeoutMs: 15_000,
    gives,
    sealing: createPlainSealing(chance, moment),
  })

  /** What the page around a keeper does where another tab has signed in. */
  function lookAgain(epoch: number, status: string): void {
    const isUrgent = isVisible || keeper.current() !== undefined
    if (status !== 'signed_in' || epoch === adoptedEpoch || !isUrgent) return
    adoptedEpoch = epoch
    void keeper.restore().then((session) => {
      // Whoever was asked may have been closed or frozen: the next sign of life asks again.
      if (!session && adoptedEpoch === epoch) adoptedEpoch = 0
    })
  }

  function family(): Family | undefined {
    if (!keeper.current()) return undefined
    return provider.familyOf(keeper.token())
  }

  const { thaw } = loop
  const tab: SimulatedTab = Object.defineProperties(loop as EventLoop & SimulatedTab, {
    ...Object.getOwnPropertyDescriptors({
      keeper,
      record,
      get isVisible() {
        return isVisible
      },
      calls,
      family,
      ask(request: AccessTokenRequest) {
        const of = family()
        const sleeps = timeline.sleeps()
        const signIns = provider.families.length
        if (!of) return
        const leave = new AbortController()
        leaving.push(leave)
        const call: TokenCall = { request, of, calledMs: timeline.now().monotonicMs, settledMs: undefined }
        calls.push(call)
        wasHidden = !isVisible
        const settled = (): void => {
          call.settledMs = timeline.now().monotonicMs
          const tookMs = call.settledMs - call.calledMs
          if (tookMs > longestCallMs && loop.awakeSinceMs <= call.calledMs && !wasHidden)
            violated(`tab ${number} kept a caller waiting for more than ${longestCallMs / 1000} seconds`)
        }
        keeper.getAccessToken({ ...request, signal: leave.signal }).then(
          (token) => {
            settled()
            const from = provider.familyOfToken(token)
            if (from.user !== of.user)
              violated(`tab ${number} asked for ${of.user}'s token and got ${from.user}'s`)
            const isExpired = provider.expiresAt(token) <= timeline.now().epochMs
            // Asked for twice, it may still come too late: after two naps, or where a sign-in took its time.
            const isPlain =
              loop.awakeSinceMs <= call.calledMs &&
              timeline.sleeps() < sleeps + 2 &&
              provider.families.length === signIns &&
              !world.isShortLived
            if (isExpired && isPlain) violated(`tab ${number} gave out an expired token`)
            if (from !== family()) violated(`tab ${number} gave out a token of a session that it is not in`)
          },
          (error: unknown) => {
            settled()
            if (error !== 'left' && !isAuthError(error))
              violated(`a token call rejected with ${String(error)}`)
          },
        )
      },
      abort: () => leaving.pop()?.abort('left'),
      signIn(name: string) {
        user = name
        keeper.redeem(new URLSearchParams(), { scope: '' } as never).then(
          () => {
            known = family()
          },
          () => undefined,
        )
      },
      signOut() {
        void keeper.end({ postLogoutRedirectUri: undefined })
        known = undefined
        if (keeper.current()) violated(`tab ${number} has a session right after its sign-out`)
        world.signedOut(tab, record.read().epoch)
      },
      wake(cause: WakeCause) {
        if (!loop.isFrozen) for (const listener of [...wakeListeners]) listener(cause)
      },
      thaw() {
        if (!loop.isFrozen) return
        thaw(() => {
          if (chance.happens(0.5)) tab.wake('resumed')
        })
        timeline.after(1, () => tab.wake('resumed'))
      },
      setVisible(next: boolean) {
        wasHidden ||= !next
        const isNews = next && !isVisible
        isVisible = next
        if (isNews) tab.wake('visible')
      },
      close() {
        loop.end()
        provider.lose(loop)
        ports.close()
      },
      async restore() {
        const { epoch, status } = record.read()
        if (status !== 'signed_in') return
        await keeper.restore()
        if (!keeper.current()) noteLost(record, epoch)
      },
    }),
  })

  keeper.onChange((change) => {
    const before = known
    known = family()
    world.changed(tab, change, change.type === 'ended' ? before : known)
  })
  line.onSignIn((epoch) => lookAgain(epoch, 'signed_in'))
  page.onWake(() => {
    const { epoch, status } = record.read()
    lookAgain(epoch, status)
  })
  keeper.start()
  return tab
}
