import { describe, expect, it } from 'vitest'
import { createFakeApp, decided, type FakeApp } from '../../test/fake-app.ts'
import { createFakeBrowser, type FakeBrowser } from '../../test/fake-browser.ts'
import { createFakePlatform, settle } from '../../test/fake-platform.ts'
import { createManualClock, type ManualClock, turns } from '../../test/manual-clock.ts'
import { everythingIn, formsOf } from '../../test/no-secrets.ts'
import { createChance } from '../../test/simulation/chance.ts'
import { createPlainSealing } from '../../test/simulation/plain-sealing.ts'
import { until } from '../../test/until.ts'
import type { Locks } from '../platform/ports.ts'
import { createSessionRecordStore, type SessionRecordStore } from '../session-record.ts'
import { createTabLine } from '../tab-line.ts'
import type { TabMessage } from '../tab-message.ts'
import type { HeldTokens } from './held-tokens.ts'
import { webCryptoSealing } from './sealing.ts'
import { createTabs, type Tabs, type TabsContext } from './tabs.ts'

const never = new AbortController().signal

/** What one tab is to another, without a keeper around it. */
interface LoneTab {
  readonly tabs: Tabs
  readonly record: SessionRecordStore
  held: HeldTokens | undefined
  readonly received: HeldTokens[]
  readonly heard: TabMessage[]
}

interface LoneTabOptions {
  /** How long this tab takes to seal, or to open what is sealed. Default: no time. */
  readonly sealsMs?: number
  /** Default: all. */
  readonly gives?: TabsContext['gives']
}

function openLoneTab(
  browser: FakeBrowser,
  clock: ManualClock,
  { sealsMs = 0, gives = 'all' }: LoneTabOptions = {},
): LoneTab {
  const platform = { ...createFakePlatform({ browser }), clock }
  const line = createTabLine(platform.openChannel, 'app')
  line.hold()
  const record = createSessionRecordStore(platform.shared, 'session')
  const received: HeldTokens[] = []
  const heard: TabMessage[] = []
  const tab: LoneTab = {
    held: undefined,
    record,
    received,
    heard,
    tabs: createTabs(
      {
        platform,
        line,
        record,
        instanceId: 'app',
        lockTimeoutMs: 15_000,
        gives,
        sealing: createPlainSealing(createChance(1), async () => {
          if (sealsMs > 0) await new Promise<void>((resolve) => void clock.setTimer(sealsMs, resolve))
        }),
      },
      {
        held: () => tab.held,
        userInfo: () => undefined,
        described: () => undefined,
        received: (held) => received.push(held),
        heard: (message) => heard.push(message),
      },
    ),
  }
  return tab
}

function tokensOf(clock: ManualClock, refreshes: number): HeldTokens {
  const tokens = {
    accessToken: `access-${refreshes}`,
    tokenType: 'bearer' as const,
    requestedAt: clock.now(),
    scope: '',
  }
  return { tokens, epoch: 1.5, refreshes, rotation: refreshes, isLent: false }
}

/** Everything that a listener on the channel can read, as text. */
function overheard({ browser }: Pick<FakeApp, 'browser'>): string {
  const readable = browser.messages.map((message) =>
    Object.values(message as object).map((field) =>
      field instanceof ArrayBuffer
        ? // Byte by byte too, so that no encoding hides anything.
          [new TextDecoder().decode(field), String.fromCharCode(...new Uint8Array(field))]
        : field,
    ),
  )
  return everythingIn(readable)
}

describe('a listener on the channel', () => {
  it('learns no token, code or verifier in a whole session of three tabs, in any encoding (TAB-02)', async () => {
    const app = await createFakeApp()
    const first = await app.signIn()
    const others = [app.load(), app.load()]
    for (const tab of others) await decided(tab)
    await others[0]?.auth.getAccessToken({ forceRefresh: true })
    await settle()
    const token = await first.auth.getAccessToken()
    expect(await others[1]?.auth.getAccessToken()).toBe(token)
    await first.auth.logout()
    await settle()
    for (const kind of ['signed_in', 'ask', 'answer', 'tokens', 'signed_out'])
      expect(app.count(kind), kind).toBeGreaterThan(0)

    const sent = app.provider.seen.flatMap(({ form }) =>
      ['code', 'code_verifier'].map((name) => form.get(name)),
    )
    const secrets = [...app.provider.secrets, token, ...sent].filter((secret) => secret !== null)
    expect(secrets.length).toBeGreaterThan(6)
    const shown = overheard(app)
    expect(secrets.flatMap(formsOf).filter((form) => shown.includes(form))).toEqual([])
  })

  it('changes nothing by what it says, however it is made up', async () => {
    const app = await createFakeApp()
    const first = await app.signIn()
    const other = app.load()
    await decided(other)
    const token = await first.auth.getAccessToken()
    const told: unknown[] = []
    const channel = app.browser.openChannel(`latchkey.${instanceOf(app)}`, (message) => told.push(message))
    const recorded = app.browser.messages as Record<string, unknown>[]
    const junk = new Uint8Array(200).fill(9)
    const stranger = await webCryptoSealing.seal('{"epoch":99}', junk.slice(0, 32))
    for (const message of [...recorded]) {
      // Once more as it was, and with whatever was sealed in it replaced.
      channel?.post(message)
      channel?.post({ ...message, data: junk.buffer })
      channel?.post({ ...message, ...stranger })
      if ('senderKey' in message) channel?.post({ ...message, senderKey: junk.buffer })
      if ('publicKey' in message) channel?.post({ ...message, publicKey: junk.buffer })
    }
    channel?.post({ latchkey: 1, kind: 'answer', ask: 'never asked', senderKey: junk.buffer, ...stranger })
    channel?.post({ latchkey: 2, kind: 'signed_out', epoch: 99 })
    // A question that was asked again is answered again: it is the channel that the tabs are at.
    await until(() => told.some((message) => (message as TabMessage).kind === 'answer'))
    await settle()
    for (const { auth } of [first, other]) {
      expect(auth.getState().status).toBe('authenticated')
      expect(await auth.getAccessToken()).toBe(token)
    }
  })
})

/** How the app's channel is named: as its locks and keys are. */
function instanceOf({ browser }: FakeApp): string {
  const key = browser.storage.keys().find((name) => name.startsWith('latchkey.'))
  return key?.split('.').slice(1, -1).join('.') ?? ''
}

describe('a question to other tabs', () => {
  it('is not answered by tokens that are known to be older than others', async () => {
    const browser = createFakeBrowser()
    const clock = createManualClock()
    const [stale, fresh, asking] = [1, 2, 3].map(() => openLoneTab(browser, clock)) as [
      LoneTab,
      LoneTab,
      LoneTab,
    ]
    stale.held = tokensOf(clock, 3)
    asking.record.write({ epoch: 1.5, status: 'signed_in', refreshes: 4, rotation: 4 })
    let isSettled = false
    const asked = asking.tabs.ask().then(() => {
      isSettled = true
    })
    await turns()
    expect(asking.received.map(({ refreshes }) => refreshes)).toEqual([3])
    expect(isSettled).toBe(false)

    fresh.held = tokensOf(clock, 4)
    const again = asking.tabs.ask()
    await turns()
    await again
    expect(asking.received.at(-1)?.refreshes).toBe(4)
    await clock.advance(200)
    await asked
  })

  it('waits for whoever says that an answer is coming, on a busy machine', async () => {
    const browser = createFakeBrowser()
    const clock = createManualClock()
    const [slow, asking] = [openLoneTab(browser, clock, { sealsMs: 1200 }), openLoneTab(browser, clock)]
    slow.held = tokensOf(clock, 3)
    const asked = asking.tabs.ask()
    let isSettled = false
    void asked.then(() => {
      isSettled = true
    })
    await clock.advance(1100)
    expect(isSettled).toBe(false)
    await clock.advance(100)
    await asked
    expect(asking.received).toHaveLength(1)
    expect(clock.timerCount()).toBe(0)
  })

  it('does not wait for ever for whoever said so, nor begin again once it is given up', async () => {
    const browser = createFakeBrowser()
    const clock = createManualClock()
    const [stuck, asking] = [openLoneTab(browser, clock, { sealsMs: 60_000 }), openLoneTab(browser, clock)]
    stuck.held = tokensOf(clock, 3)
    const asked = asking.tabs.ask()
    await clock.advance(1500)
    await asked
    const timers = clock.timerCount()
    const { ask } = browser.messages.at(-1) as { ask: string }
    browser.openChannel('latchkey.app', () => undefined)?.post({ latchkey: 1, kind: 'answering', ask })
    await turns()
    expect(clock.timerCount()).toBe(timers)
  })

  it('is remembered once it is given up, with those that were asked last', async () => {
    const [browser, clock] = [createFakeBrowser(), createManualClock()]
    const [slow, asking] = [openLoneTab(browser, clock, { sealsMs: 60_000 }), openLoneTab(browser, clock)]
    slow.held = tokensOf(clock, 3)
    for (let asked = 0; asked < 9; asked++) void asking.tabs.ask()
    await clock.advance(59_999)
    expect(asking.received).toEqual([])
    await clock.advance(1)
    expect(asking.received).toHaveLength(8)
  })

  it('is given the time that it is asked with', async () => {
    const clock = createManualClock()
    const { tabs } = openLoneTab(createFakeBrowser(), clock)
    let isSettled = false
    const asked = tabs.ask(3000).then(() => {
      isSettled = true
    })
    await clock.advance(2999)
    expect(isSettled).toBe(false)
    await clock.advance(1)
    await asked
  })

  it('is given up when nobody answers, and leaves no timer', async () => {
    const clock = createManualClock()
    const { tabs } = openLoneTab(createFakeBrowser(), clock)
    const asked = tabs.ask()
    await clock.advance(200)
    await asked
    expect(clock.timerCount()).toBe(0)
  })

  it.each([
    ['no locks', (browser: FakeBrowser) => browser.removeLocks()],
    ['no channels', (browser: FakeBrowser) => browser.removeChannels()],
  ])(
    'is not even asked where there are %s: two tabs would send one refresh token (RFC 9700 §4.14.2)',
    async (_what, remove) => {
      const browser = createFakeBrowser()
      remove(browser)
      await openLoneTab(browser, createManualClock()).tabs.ask()
      expect(browser.messages).toEqual([])
    },
  )

  it('does not touch what another tab has just written down', async () => {
    const browser = createFakeBrowser()
    const clock = createManualClock()
    const written: string[] = []
    const { set } = browser.storage
    Object.assign(browser.storage, {
      set(key: string, value: string) {
        written.push(key)
        set(key, value)
      },
    })
    const asked = openLoneTab(browser, clock).tabs.ask()
    await clock.advance(200)
    await asked
    expect(written).not.toContain('session')
  })
})

describe('what is shared', () => {
  it('reaches every tab that has been answered, not only the last', async () => {
    const [browser, clock] = [createFakeBrowser(), createManualClock()]
    const holder = openLoneTab(browser, clock)
    holder.held = tokensOf(clock, 0)
    const others = [1, 2].map(() => openLoneTab(browser, clock))
    for (const other of others) {
      other.held = holder.held
      await other.tabs.ask()
    }
    await holder.tabs.publish(tokensOf(clock, 1))
    await turns()
    expect(others.map(({ received }) => received.at(-1)?.refreshes)).toEqual([1, 1])
  })

  it('is not what a tab was handed and has not taken over', async () => {
    const [browser, clock] = [createFakeBrowser(), createManualClock()]
    const [holder, other] = [openLoneTab(browser, clock), openLoneTab(browser, clock)]
    holder.held = tokensOf(clock, 0)
    await other.tabs.ask()
    expect(other.received).toHaveLength(1)
    expect(other.tabs.isShared(1.5)).toBe(false)
    await holder.tabs.publish(tokensOf(clock, 1))
    await turns()
    expect(other.received).toHaveLength(1)
  })

  it('is nothing of a tab that gives nothing, but that it has renewed what it was handed', async () => {
    const [browser, clock] = [createFakeBrowser(), createManualClock()]
    const [holder, silent] = [openLoneTab(browser, clock), openLoneTab(browser, clock, { gives: 'nothing' })]
    holder.held = tokensOf(clock, 0)
    silent.held = holder.held
    await silent.tabs.publish(tokensOf(clock, 1))
    expect(browser.messages).toEqual([])
    await silent.tabs.ask()
    holder.held = undefined
    browser.messages.length = 0
    await silent.tabs.publish(tokensOf(clock, 1))
    await silent.tabs.describe(1.5, { claims: { sub: 'alice' }, askedAtMs: 0 })
    const asked = holder.tabs.ask()
    await clock.advance(200)
    await asked
    expect(browser.messages).toMatchObject([
      { kind: 'renewed', epoch: 1.5, refreshes: 1, rotation: 1 },
      { kind: 'ask' },
    ])
  })

  it('is nothing of a tab that can write nothing down: no other would know how far it has renewed (RFC 9700 §4.14.2)', async () => {
    const [browser, clock] = [createFakeBrowser(), createManualClock()]
    const [holder, asking] = [openLoneTab(browser, clock), openLoneTab(browser, clock)]
    holder.held = tokensOf(clock, 0)
    holder.record.isWritable = () => false
    const asked = asking.tabs.ask()
    await clock.advance(200)
    await asked
    expect(asking.received).toEqual([])
  })
})

describe('a turn', () => {
  it('is not over for a call that comes while it lasts, though the one before failed', async () => {
    const { tabs } = openLoneTab(createFakeBrowser(), createManualClock())
    let fail = (_error: Error): void => undefined
    const first = tabs.exclusively(
      1.5,
      never,
      () =>
        new Promise((_resolve, reject) => {
          fail = reject
        }),
    )
    await turns()
    const second = tabs.exclusively(1.5, never, async () => undefined)
    fail(new Error('first'))
    await expect(first).rejects.toThrow('first')
    await second
  })

  it.each<[where: string, run: Locks['run']]>([
    ['there are no locks', (_name, _signal, work) => work(false)],
    [
      'locks are refused, as with site data blocked',
      async (_name, _signal, work) => {
        await turns()
        return work(false)
      },
    ],
  ])('is one after the other in one tab, where %s', async (_where, run) => {
    const browser = createFakeBrowser()
    browser.removeLocks()
    Object.assign(browser.locks, { run })
    const { tabs } = openLoneTab(browser, createManualClock())
    const ends: (() => void)[] = []
    const take = (): Promise<void> =>
      tabs.exclusively(1.5, never, () => new Promise((resolve) => void ends.push(resolve)))
    const taken = [take(), take(), take()]
    for (let under = 1; under <= 3; under++) {
      await turns()
      await turns()
      expect(ends).toHaveLength(under)
      ends.at(-1)?.()
    }
    await Promise.all(taken)
  })

  it('is waited for no longer than it is wanted, and then taken by the next', async () => {
    const browser = createFakeBrowser()
    const clock = createManualClock()
    const [holder, waiting, next] = [1, 2, 3].map(() => openLoneTab(browser, clock)) as [
      LoneTab,
      LoneTab,
      LoneTab,
    ]
    let finish = (): void => undefined
    const held = holder.tabs.exclusively(
      1.5,
      never,
      () =>
        new Promise((resolve) => {
          finish = resolve
        }),
    )
    await turns()
    const moot = new AbortController()
    const given = waiting.tabs.exclusively(1.5, moot.signal, async () => {
      throw new Error('It was given up.')
    })
    const taken = next.tabs.exclusively(1.5, never, async () => undefined)
    await turns()
    moot.abort('moot')
    await expect(given).rejects.toBe('moot')
    finish()
    await Promise.all([held, taken])
    await turns()
    expect(browser.held.size).toBe(0)
  })

  it('lasts for as long as there is something to do, and no longer', async () => {
    const browser = createFakeBrowser()
    const [holder, other] = [1, 2].map(() => openLoneTab(browser, createManualClock())) as [LoneTab, LoneTab]
    const under: (() => void)[] = []
    const work = (): Promise<void> => new Promise((resolve) => void under.push(resolve))
    const first = holder.tabs.exclusively(1.5, never, work)
    await turns()
    const second = holder.tabs.exclusively(1.5, never, work)
    const third = other.tabs.exclusively(1.5, never, work)
    under[0]?.()
    await first
    await turns()
    // The other tab is not let in between the two.
    expect(under).toHaveLength(2)
    under[1]?.()
    await second
    await turns()
    expect(under).toHaveLength(3)
    const fourth = holder.tabs.exclusively(1.5, never, work)
    await turns()
    expect(under).toHaveLength(3)
    under[2]?.()
    await third
    await turns()
    under[3]?.()
    await fourth
  })

  it('of one sign-in leaves that of the next as it is, where there are no locks', async () => {
    const browser = createFakeBrowser()
    browser.removeLocks()
    const { tabs } = openLoneTab(browser, createManualClock())
    const under: (() => void)[] = []
    const take = (epoch: number): Promise<void> =>
      tabs.exclusively(epoch, never, () => new Promise((resolve) => void under.push(resolve)))
    const before = take(1.5)
    const taken = [take(2.5)]
    await turns()
    under[0]?.()
    await before
    await turns()
    taken.push(take(2.5))
    await turns()
    expect(under).toHaveLength(2)
    under[1]?.()
    await turns()
    under[2]?.()
    await Promise.all(taken)
  })

  describe('of tabs that share a session', () => {
    /** Two tabs that have the same tokens, and the first has its turn. */
    async function openSharing() {
      const browser = createFakeBrowser()
      const clock = createManualClock()
      const [holder, other] = [1, 2].map(() => openLoneTab(browser, clock)) as [LoneTab, LoneTab]
      for (const tab of [holder, other]) tab.held = tokensOf(clock, 0)
      await other.tabs.ask()
      expect([holder, other].map(({ tabs }) => tabs.isShared(1.5))).toEqual([true, true])
      let end = (): void => undefined
      const heard: boolean[] = []
      const held = holder.tabs.exclusively(1.5, never, (isAfterAnother) => {
        heard.push(isAfterAnother)
        return new Promise((resolve) => {
          end = resolve
        })
      })
      await turns()
      const next = other.tabs.exclusively(1.5, never, async (isAfterAnother) => {
        heard.push(isAfterAnother)
      })
      return { browser, clock, held, next, heard, end: () => end() }
    }

    it('is told whether another has just had its own, and comes when news of that had time to arrive', async () => {
      const { clock, held, next, heard, end } = await openSharing()
      end()
      await held
      await clock.advance(99)
      expect(heard).toEqual([false])
      await clock.advance(1)
      await next
      expect(heard).toEqual([false, true])
    })

    it('is not waited for behind a tab that hangs, longer than its work may take', async () => {
      const { browser, clock, next, heard } = await openSharing()
      const failed = expect(next).rejects.toMatchObject({ name: 'NetworkError', code: 'timeout' })
      await clock.advance(15_000)
      await failed
      // Nor is it still in line.
      browser.dropLocks()
      await turns()
      expect(heard).toEqual([false])
      expect(clock.timerCount()).toBe(0)
    })
  })

  it('of another sign-in is not waited for', async () => {
    const browser = createFakeBrowser()
    const clock = createManualClock()
    const [one, other] = [openLoneTab(browser, clock), openLoneTab(browser, clock)]
    void one.tabs.exclusively(1.5, never, () => new Promise(() => undefined))
    await other.tabs.exclusively(2.5, never, async () => undefined)
  })
})
