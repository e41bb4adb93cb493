import { afterEach, describe, expect, it } from 'vitest'
import { createFakeApp } from '../../test/fake-app.ts'
import { settle } from '../../test/fake-platform.ts'
import type { VaultBrowserOptions } from '../../test/fake-vault.ts'
import { inTime } from '../../test/in-time.ts'
import { isHeld } from '../../test/is-held.ts'
import { holdUpTokens, type KeeperPage } from '../../test/keeper-pages.ts'
import { rejectionOf } from '../../test/pages.ts'
import { until } from '../../test/until.ts'
import {
  besideDeadVault,
  openVaultBrowser,
  openWithFallback,
  openWithOneWorker,
  signedIn,
  type VaultBrowser,
} from '../../test/vault-scene.ts'
import { toApiRequest } from '../api/api-request.ts'
import { codeNotLoaded } from '../errors.ts'
import type { VaultWorker } from '../options/client-options.ts'
import { createKeeperRung } from '../restore/keeper-rung.ts'
import { climbLadder, type RungReport } from '../restore/ladder.ts'
import { createPageKeeper } from './page-keeper.ts'
import { createKeeperWithFallback } from './with-fallback.ts'

/** A worker whose end of the port is in the test's hands. */
function scriptedWorker(
  answer: (message: { id: number; method: string }) => unknown,
  onError?: (fail: () => void) => void,
): {
  worker: () => VaultWorker
  close(): void
} {
  const ports: MessagePort[] = []
  return {
    worker() {
      const { port1, port2 } = new MessageChannel()
      ports.push(port1, port2)
      port2.onmessage = ({ data }) => {
        const said = answer(data)
        if (said !== undefined) port2.postMessage(said)
      }
      return { port: port1, addEventListener: (type, listener) => type === 'error' && onError?.(listener) }
    },
    close() {
      for (const port of ports) port.close()
    },
  }
}

const silent = scriptedWorker(() => undefined)
const broken = scriptedWorker(
  () => undefined,
  (fail) => fail(),
)
/** What a vault of this version answers first. */
const welcome = { session: undefined, record: { epoch: 0, status: 'ended', refreshes: 0, rotation: 0 } }
const newer = scriptedWorker(({ id }) => ({ latchkey: 2, id, result: welcome }))
const garbled = scriptedWorker(({ id }) => ({ latchkey: 1, id, result: { session: 'alice' } }))
const failing = scriptedWorker(({ id }) => ({ latchkey: 1, id, error: 'Late.', result: welcome }))
const foolish = scriptedWorker(() => 'hello yourself')

const troubles: [what: string, problem: string, worker: () => VaultWorker][] = [
  [
    'a browser without SharedWorker',
    'no_shared_worker',
    () => {
      throw new ReferenceError('SharedWorker is not defined')
    },
  ],
  ['a worker that cannot be loaded', 'not_loaded', broken.worker],
  ['a worker that says nothing', 'no_answer', silent.worker],
  ['a worker that says something else', 'no_answer', foolish.worker],
  ['a worker of another version', 'other_version', newer.worker],
  ['a worker whose answers cannot be read', 'other_version', garbled.worker],
  ['a worker whose errors cannot be read', 'other_version', failing.worker],
]

afterEach(() => {
  for (const { close } of [silent, broken, newer, garbled, failing, foolish]) close()
})

it.each<[what: string, worker: () => unknown]>([
  ['a Worker', () => new EventTarget()],
  ['a promise', async () => silent.worker()],
  ['nothing', () => undefined],
])('an option that makes %s in place of a SharedWorker is an error that names it', async (_what, worker) => {
  const browser = await openWithFallback({ worker: worker as () => VaultWorker })
  const failed = browser.inTime(browser.openPage().keeper.restore())
  await expect(failed).rejects.toMatchObject({
    code: 'invalid_option',
    message: expect.stringMatching(/"vault\.worker".*SharedWorker/),
  })
})

describe.each(troubles)('%s', (_what, problem, worker) => {
  it('leaves the session to this page, and says why', async () => {
    const browser = await openWithFallback({ worker })
    const page = browser.openPage()
    expect(page.keeper.about()).toEqual({ kind: 'vault' })
    const session = await browser.inTime(page.signIn())
    expect(session.claims?.sub).toBe('alice')
    expect(page.keeper.about()).toEqual({ kind: 'memory', fallback: problem })
    expect(await page.keeper.getAccessToken({ forceRefresh: true })).toMatch('SENTINEL')
    expect(page.changes.map(({ type }) => type)).toEqual(['refreshed'])
    const { isRevoked } = await page.keeper.end({ postLogoutRedirectUri: undefined })
    expect(isRevoked).toBe(true)
  })

  it('is found out in time for a page that looks for its session', async () => {
    const browser = await openWithFallback({ worker })
    const page = browser.openPage()
    const startedAt = browser.time.clock.now().epochMs
    expect(await browser.inTime(page.keeper.restore())).toBeUndefined()
    // A rung of the ladder has 2 seconds.
    expect(browser.time.clock.now().epochMs - startedAt).toBeLessThan(2000)
    expect(page.keeper.about()).toEqual({ kind: 'memory', fallback: problem })
  })

  it('is asked once, however many want it', async () => {
    let made = 0
    const browser = await openWithFallback({
      worker: () => {
        made += 1
        return worker()
      },
    })
    const { keeper } = browser.openPage()
    await browser.inTime(Promise.all([keeper.restore(), keeper.restore(), keeper.restore()]))
    await browser.inTime(keeper.restore())
    expect(made).toBe(1)
  })

  it('does not leave a page of a sealed vault with a token to give', async () => {
    const browser = await openWithFallback({ worker, sealed: true, apis: ['https://api.example'] })
    const page = browser.openPage()
    await browser.inTime(page.signIn())
    // Nothing was sent, so whoever asked sends it with the token from here.
    expect(
      await page.keeper.send?.(toApiRequest('https://api.example/', { method: 'POST', body: 'x' })),
    ).toBeUndefined()
  })
})

describe('a page that does without the vault', () => {
  it('tells the other tabs of a sign-out at once (invariant 8)', async () => {
    const { openPage, inTime } = await openWithFallback({
      worker: () => {
        throw new ReferenceError('SharedWorker is not defined')
      },
    })
    const page = openPage()
    await inTime(page.signIn())
    void openPage().keeper.end({ postLogoutRedirectUri: undefined })
    await settle()
    await settle()
    expect(page.changes.at(-1)).toEqual({ type: 'ended', reason: 'signed_out_elsewhere' })
  })

  it('signs out as of when the person did, though it had to find out first', async () => {
    const { inTime, ...browser } = await openWithFallback({ worker: silent.worker })
    const first = browser.openPage()
    await inTime(first.signIn())
    const page = browser.openPage()
    const ending = page.keeper.end({ postLogoutRedirectUri: undefined })
    const { epoch, status } = page.record.read()
    expect(status).toBe('signed_out')
    await first.signIn()
    expect(await inTime(ending)).toEqual({ url: undefined, isRevoked: false, error: undefined })
    await settle()
    expect(first.keeper.current()).toBeDefined()
    expect(first.record.read()).toMatchObject({ status: 'signed_in' })
    expect(first.record.read().epoch).toBeGreaterThan(epoch)
  })

  const noWorker = (): never => {
    throw new ReferenceError('SharedWorker is not defined')
  }

  it('signs out without a wait for other tabs: the page may be gone before they answer', async () => {
    const page = (await openWithFallback({ worker: noWorker })).openPage()
    let isOver = false
    void page.keeper.end({ postLogoutRedirectUri: undefined }).then(() => {
      isOver = true
    })
    await until(() => isOver)
  })

  it('asks again for the code that it goes on with, where that could not be loaded', async () => {
    let loads = 0
    const browser = await openVaultBrowser({
      worker: noWorker,
      createKeeper: (context) =>
        createKeeperWithFallback(context, async () => {
          loads += 1
          if (loads === 1) throw codeNotLoaded(new TypeError('Failed to fetch'))
          return createPageKeeper(context)
        }),
    })
    const page = browser.openPage()
    const failed = Promise.all([rejectionOf(page.keeper.restore()), rejectionOf(page.signIn())])
    expect(await browser.inTime(failed)).toMatchObject([
      { code: 'code_not_loaded' },
      { code: 'code_not_loaded' },
    ])
    expect(page.keeper.about()).toEqual({ kind: 'vault' })
    expect((await browser.inTime(page.signIn())).claims?.sub).toBe('alice')
    expect(loads).toBe(2)
  })

  it('signs out all the same where that could not be loaded, and says what kept the provider from being told', async () => {
    const browser = await openVaultBrowser({
      worker: noWorker,
      createKeeper: (context) =>
        createKeeperWithFallback(context, () => Promise.reject(codeNotLoaded(undefined))),
    })
    const page = browser.openPage()
    const ended = await browser.inTime(page.keeper.end({ postLogoutRedirectUri: 'https://app.example/' }))
    const error = expect.objectContaining({ code: 'code_not_loaded' })
    expect(ended).toEqual({ url: undefined, isRevoked: false, error })
    expect(page.record.read()).toMatchObject({ status: 'signed_out' })
  })

  it('renews ahead of time while it is started, and no longer', async () => {
    const { openPage, inTime, provider, time } = await openWithFallback({ worker: noWorker })
    const page = openPage()
    await inTime(page.signIn())
    await time.advance(290_000)
    await until(() => page.changes.length > 0)
    expect(page.changes).toMatchObject([{ type: 'refreshed' }])
    page.stop()
    await time.advance(290_000)
    await settle()
    expect(provider.count('/token')).toBe(2)
  })

  it('listens to nothing more once it is stopped', async () => {
    const { openPage, inTime } = await openWithFallback({ worker: noWorker })
    const page = openPage()
    await inTime(page.signIn())
    page.stop()
    expect(page.platform.listenerCount()).toBe(0)
  })

  it('does not begin to renew where it was stopped before', async () => {
    const { openPage, inTime, provider, time } = await openWithFallback({ worker: noWorker })
    const page = openPage()
    page.stop()
    await inTime(page.signIn())
    await time.advance(290_000)
    await settle()
    expect(provider.count('/token')).toBe(1)
  })

  it('listens to nothing where it was never started', async () => {
    const app = await createFakeApp({ options: { vault: { worker: noWorker } } })
    const left = app.open()
    await inTime(left.platform, left.auth.login())
    const href = app.provider.signIn(left.platform.visited.at(-1) ?? '')
    const back = app.open({ href, stored: left.platform.stored })
    const before = back.platform.listenerCount()
    await inTime(back.platform, back.auth.handleCallback())
    expect(back.auth.explain().keeper).toEqual({ kind: 'memory', fallback: 'no_shared_worker' })
    expect(back.platform.listenerCount()).toBe(before)
  })

  it('keeps to itself an error that is no reason to do without', async () => {
    const { page, provider } = await signedIn(openWithFallback())
    provider.onToken = (answer) => {
      answer.status = 503
    }
    expect(await rejectionOf(page.keeper.getAccessToken({ forceRefresh: true }))).toMatchObject({
      code: 'server_unavailable',
    })
    expect(page.keeper.about()).toEqual({ kind: 'vault' })
  })
})

describe('a page without a vault, beside one that has it', () => {
  async function openBoth(
    options?: VaultBrowserOptions,
  ): Promise<VaultBrowser & { inVault: KeeperPage; without: KeeperPage }> {
    const { page: inVault, ...browser } = await signedIn(openWithOneWorker(options))
    return { ...browser, inVault, without: browser.openPage() }
  }

  it('borrows the session, with no request to the provider', async () => {
    const { inVault, without, provider } = await openBoth()
    const before = provider.seen.length
    expect(await without.keeper.restore()).toEqual(inVault.keeper.current())
    expect(await without.keeper.getAccessToken()).toBe(await inVault.keeper.getAccessToken())
    expect(provider.seen).toHaveLength(before)
  })

  it('is said to have it from another tab, and not from the vault that it turned out not to have', async () => {
    const { without, time } = await openBoth()
    const reports: RungReport[] = []
    const climb = await climbLadder([createKeeperRung(without.keeper)], {
      clock: time.clock,
      isWanted: () => true,
      began: () => undefined,
      report: (report) => reports.push(report),
      foundLate: () => undefined,
    })
    expect(climb.outcome).toBe('restored')
    expect(reports).toMatchObject([{ rung: 'tab', outcome: 'restored' }])
  })

  it('is renewed by the vault', async () => {
    const { inVault, without, provider } = await openBoth()
    await without.keeper.restore()
    const token = await without.keeper.getAccessToken({ forceRefresh: true })
    await settle()
    expect(await inVault.keeper.getAccessToken()).toBe(token)
    expect(provider.count('/token')).toBe(2)
    const forms = provider.seen
      .filter(({ path }) => path === '/token')
      .map(({ form }) => form.get('grant_type'))
    expect(forms).toEqual(['authorization_code', 'refresh_token'])
  })

  it('has what the vault renewed by itself', async () => {
    const { inVault, without } = await openBoth()
    await without.keeper.restore()
    const token = await inVault.keeper.getAccessToken({ forceRefresh: true })
    await until(() => without.changes.some(({ type }) => type === 'refreshed'))
    expect(await without.keeper.getAccessToken()).toBe(token)
  })

  it('is signed out with it, and it with the page', async () => {
    const { inVault, without } = await openBoth()
    await without.keeper.restore()
    await inVault.keeper.end({ postLogoutRedirectUri: undefined })
    await until(() => without.keeper.current() === undefined)
    await without.signIn()
    await until(() => without.keeper.current() !== undefined)
    await inVault.keeper.restore()
    await without.keeper.end({ postLogoutRedirectUri: undefined })
    await until(() => inVault.keeper.current() === undefined)
    expect(inVault.changes.at(-1)).toEqual({ type: 'ended', reason: 'signed_out_elsewhere' })
  })

  it('goes on with what was lent once the vault is gone, and then says that signing in helps', async () => {
    const { without, inVault, vault, time, inTime } = await openBoth()
    await without.hide()
    await without.keeper.restore()
    const token = await without.keeper.getAccessToken()
    inVault.stop()
    vault.crash()
    expect(await without.keeper.getAccessToken()).toBe(token)
    await time.advance(301_000)
    // A silence may be a timer that fired late: one says nothing.
    await expect(inTime(without.keeper.getAccessToken())).rejects.toMatchObject({ code: 'timeout' })
    expect(without.keeper.current()).toBeDefined()
    await time.advance(2000)
    await expect(inTime(without.keeper.getAccessToken())).rejects.toMatchObject({ code: 'session_expired' })
    // Whoever lent it may only be frozen: it is not for the borrower to end the session, in any tab.
    expect(without.keeper.current()).toBeDefined()
    expect(without.changes.map(({ type }) => type)).not.toContain('ended')
  })

  it('gets no token from a sealed vault', async () => {
    const browser = await openBoth({ sealed: true, apis: ['https://api.example'] })
    expect(await browser.inTime(browser.without.keeper.restore())).toBeUndefined()
    expect(JSON.stringify(browser.browser.messages)).not.toContain('"answer"')
    // And what it does not find is not over for the vault's own pages.
    expect(browser.inVault.keeper.current()).toBeDefined()
  })
})

describe('a page without a vault, beside a sealed vault that it has handed its session to', () => {
  it('does not send the refresh token that the vault has exchanged, of which no page was told (RFC 9700 §4.14.2)', async () => {
    let isFirst = true
    const browser = await openWithFallback({
      sealed: true,
      apis: ['https://api.example'],
      worker() {
        if (!isFirst) return browser.vault.createWorker()
        isFirst = false
        throw new ReferenceError('SharedWorker is not defined')
      },
    })
    const { provider, inTime, time } = browser
    const without = browser.openPage()
    await inTime(without.signIn())
    await without.hide()
    const inVault = browser.openPage()
    await inTime(inVault.keeper.restore())
    expect(inVault.keeper.about()).toEqual({ kind: 'vault' })
    // A page that is stopped just then writes nothing down of what its vault tells it.
    inVault.platform.blockStorage()
    await time.advance(290_000)
    await until(() => provider.count('/token') === 2)
    await settle()
    await time.advance(20_000)
    await expect(inTime(without.keeper.getAccessToken())).rejects.toMatchObject({ code: 'session_expired' })
    expect(provider.count('/token')).toBe(2)
  })
})

describe('a vault of a new version, beside the old one', () => {
  it('gets the session from it', async () => {
    const { page, ...browser } = await signedIn(openWithFallback())
    browser.vault.deploy()
    const before = browser.provider.seen.length
    const later = browser.openPage()
    expect(await later.keeper.restore()).toEqual(page.keeper.current())
    expect(browser.vault.workerCount()).toBe(2)
    expect(await later.keeper.getAccessToken()).toBe(await page.keeper.getAccessToken())
    expect(browser.provider.seen).toHaveLength(before)
  })

  it('refreshes through it, once', async () => {
    const { page, ...browser } = await signedIn(openWithFallback())
    browser.vault.deploy()
    const later = browser.openPage()
    await later.keeper.restore()
    const token = await later.keeper.getAccessToken({ forceRefresh: true })
    await settle()
    expect(await page.keeper.getAccessToken()).toBe(token)
    expect(browser.provider.count('/token')).toBe(2)
  })
})

describe('a vault that dies', () => {
  it.each(['crash', 'hang'] as const)(
    'does not keep a token from being given that is at hand (%s)',
    async (end) => {
      const { page, ...browser } = await signedIn(openWithFallback())
      const token = await page.keeper.getAccessToken()
      browser.vault[end]()
      expect(await page.keeper.getAccessToken()).toBe(token)
    },
  )

  it('settles every call that is open', async () => {
    const { page, ...browser } = await signedIn(openWithFallback(), { isHidden: true })
    await settle()
    browser.provider.onToken = () => new Promise(() => undefined)
    const calls = Promise.allSettled([
      page.keeper.getAccessToken({ forceRefresh: true }),
      page.keeper.getAccessToken({ minValiditySeconds: 0 }),
      page.keeper.restore(),
      page.keeper.authorize({
        redirectUri: 'https://app.example/callback',
        scope: 'openid',
        statePrefix: '',
        extra: {},
      }),
      page.keeper.end({ postLogoutRedirectUri: undefined }),
    ])
    browser.vault.crash()
    const ends = await browser.inTime(calls)
    expect(ends.map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ])
  })

  it('is replaced by another at the next call, and the session found in another tab', async () => {
    const { page, other, ...browser } = await besideDeadVault(openWithFallback())
    const asked = other.keeper.getAccessToken()
    // The silence that a vault is given up for.
    await browser.time.advance(6000)
    expect(await asked).toBe(await page.keeper.getAccessToken())
    expect(browser.vault.workerCount()).toBe(3)
    expect(other.changes.filter(({ type }) => type === 'ended')).toEqual([])
  })

  it('ends the session where nothing of it is left, and says so once', async () => {
    const { page, ...browser } = await signedIn(openWithFallback(), { isHidden: true })
    browser.vault.crash()
    const error = await browser.inTime(rejectionOf(page.keeper.getAccessToken()))
    expect(error).toMatchObject({ name: 'SignInRequiredError', code: 'session_lost' })
    expect(page.changes).toMatchObject([{ type: 'ended', reason: 'session_lost' }])
    // For pages that come later.
    expect(page.record.read().status).toBe('lost')
    expect(page.keeper.about()).toEqual({ kind: 'vault' })
    await page.signIn()
    expect(await page.keeper.getAccessToken()).toMatch('SENTINEL')
  })

  it('leaves the page its token for as long as it lives', async () => {
    const { page, ...browser } = await signedIn(openWithFallback())
    const token = await page.keeper.getAccessToken()
    await page.hide()
    browser.vault.hang()
    await browser.time.advance(200_000)
    const asked = page.keeper.getAccessToken({ minValiditySeconds: 200 })
    expect(await browser.inTime(asked)).toBe(token)
    expect(page.keeper.about()).toEqual({ kind: 'memory', fallback: 'no_answer' })
    expect(page.keeper.current()?.claims?.sub).toBe('alice')
    expect(await page.keeper.getAccessToken({ minValiditySeconds: 0 })).toBe(token)
    expect(page.changes.filter(({ type }) => type === 'ended')).toEqual([])
  })

  it('leaves the page its token for as long as it lives, where the next vault has no session', async () => {
    const { page, ...browser } = await signedIn(openWithFallback(), { isHidden: true })
    const token = await page.keeper.getAccessToken()
    browser.vault.crash()
    await browser.time.advance(200_000)
    const asked = page.keeper.getAccessToken({ minValiditySeconds: 200 })
    expect(await browser.inTime(asked)).toBe(token)
    expect(page.changes).toEqual([])
    expect(page.keeper.current()?.claims?.sub).toBe('alice')
  })

  it('is waited for, by a page that is in a session, while another is slow to start', async () => {
    let isSlow = false
    const browser = await openWithFallback({
      worker() {
        const { port, addEventListener } = browser.vault.createWorker()
        if (isSlow) {
          const post = port.postMessage.bind(port)
          port.postMessage = (message: unknown) => {
            port.postMessage = post
            browser.time.clock.setTimer(8000, () => post(message))
          }
        }
        return { port, addEventListener }
      },
    })
    const { page, other } = await besideDeadVault(Promise.resolve(browser))
    isSlow = true
    const token = await browser.inTime(other.keeper.getAccessToken())
    expect(token).toBe(await page.keeper.getAccessToken())
    expect(other.keeper.about()).toEqual({ kind: 'vault' })
  })

  it('leaves the page what its session was switched to', async () => {
    const browser = await openWithFallback()
    const page = browser.openPage()
    const { response, grant } = await page.answer()
    await page.keeper.redeem(response, { ...grant, switchedTo: { organization: 'b' } })
    await page.keeper.getAccessToken()
    await page.hide()
    browser.vault.hang()
    await browser.time.advance(200_000)
    await browser.inTime(page.keeper.getAccessToken({ minValiditySeconds: 200 }))
    expect(page.keeper.about().kind).toBe('memory')
    expect(page.keeper.current()?.switchedTo).toEqual({ organization: 'b' })
  })

  it('does not answer a call of one sign-in with the token of another, where nothing says whose they are', async () => {
    const plain = { protocol: 'oauth2' } as object
    const browser = await openWithOneWorker()
    const page = browser.openPage(plain)
    await page.hide()
    await page.signIn()
    browser.vault.hang()
    const other = browser.openPage(plain)
    await browser.inTime(other.signIn())
    const error = await browser.inTime(rejectionOf(page.keeper.getAccessToken()))
    expect(error).toMatchObject({ code: 'subject_changed' })
    expect(await page.keeper.getAccessToken()).toBe(await other.keeper.getAccessToken())
  })

  it('does not answer a call of one person with the token of another, from whom the page borrows now', async () => {
    const { page, ...browser } = await signedIn(openWithOneWorker(), { isHidden: true })
    browser.vault.hang()
    browser.provider.claims = { sub: 'bob' }
    const other = browser.openPage()
    await browser.inTime(other.signIn())
    const error = await browser.inTime(rejectionOf(page.keeper.getAccessToken()))
    expect(error).toMatchObject({ code: 'subject_changed' })
    expect(page.keeper.current()?.claims?.sub).toBe('bob')
    expect(await page.keeper.getAccessToken()).toBe(await other.keeper.getAccessToken())
  })

  it('does not send a request of one person with the token of another', async () => {
    const sent: Request[] = []
    const opened = openWithOneWorker({
      sealed: true,
      apis: ['https://api.example'],
      send: async (request) => {
        sent.push(request)
        return new Response('ok')
      },
    })
    const { page, ...browser } = await signedIn(opened, { isHidden: true })
    browser.vault.hang()
    browser.provider.claims = { sub: 'bob' }
    await browser.inTime(browser.openPage().signIn())
    const send = (): Promise<Error> =>
      browser.inTime(
        rejectionOf(page.keeper.send?.(toApiRequest('https://api.example/', undefined)) as Promise<unknown>),
      )
    // It may have been sent, so it is for the app to send it again.
    expect(await send()).toMatchObject({ code: 'vault_lost' })
    expect(await send()).toMatchObject({ code: 'subject_changed' })
    expect(page.keeper.current()?.claims?.sub).toBe('bob')
    expect(sent).toEqual([])
  })

  it('lets nobody be told of a session that this page has lost with it', async () => {
    const { page, ...browser } = await signedIn(openWithFallback(), { isHidden: true })
    browser.vault.hang()
    const error = await browser.inTime(rejectionOf(page.keeper.getAccessToken()))
    expect(error).toMatchObject({ code: 'not_signed_in' })
    expect(page.keeper.current()).toBeUndefined()
    expect(page.changes).toMatchObject([
      {
        type: 'ended',
        reason: 'session_lost',
        error: {
          code: 'session_lost',
          message: expect.stringContaining('The vault that kept the session is gone'),
        },
      },
    ])
    expect(page.keeper.about()).toEqual({ kind: 'memory', fallback: 'no_answer' })
  })

  it('while a code is exchanged, does not have the code sent once more', async () => {
    const browser = await openWithFallback()
    const page = browser.openPage()
    const { response, grant } = await page.answer()
    browser.provider.onToken = () => new Promise(() => undefined)
    const redeemed = rejectionOf(page.keeper.redeem(response, grant))
    await until(() => browser.provider.count('/token') === 1)
    browser.vault.hang()
    const error = await browser.inTime(redeemed)
    expect(error).toMatchObject({ name: 'NetworkError', code: 'vault_lost' })
    expect(browser.provider.count('/token')).toBe(1)
  })

  it('while a code is exchanged, does not pass the session that there was for the one that was to come', async () => {
    const { page, ...browser } = await signedIn(openWithFallback())
    browser.vault.deploy()
    const other = browser.openPage()
    await other.keeper.restore()
    const { response, grant } = await other.answer()
    const held = holdUpTokens(browser.provider)
    const redeemed = rejectionOf(other.keeper.redeem(response, grant))
    await until(held.arrived)
    browser.vault.crash()
    expect(await browser.inTime(redeemed)).toMatchObject({ name: 'NetworkError', code: 'vault_lost' })
    expect(await other.keeper.getAccessToken()).toBe(await page.keeper.getAccessToken())
  })

  it('at every sign-out, does not keep the person from being signed out, who is told', async () => {
    const { page, vault, inTime } = await signedIn(openWithFallback())
    const { push } = vault.heard
    vault.heard.push = (...said) => {
      if (said.some((message) => (message as { method?: unknown }).method === 'end')) vault.crash()
      return push.apply(vault.heard, said)
    }
    const ended = await inTime(page.keeper.end({ postLogoutRedirectUri: undefined }))
    expect(ended).toMatchObject({ url: undefined, isRevoked: false, error: { code: 'vault_lost' } })
    expect(page.keeper.current()).toBeUndefined()
    expect(page.record.read().status).toBe('signed_out')
  })

  it('is noticed by a page that only listens to the answer of an API', async () => {
    let isSent = false
    const browser = await openWithFallback({
      sealed: true,
      apis: ['https://api.example'],
      send: () => {
        isSent = true
        return new Promise(() => undefined)
      },
    })
    const page = browser.openPage()
    await page.signIn()
    const asked = rejectionOf(
      page.keeper.send?.(toApiRequest('https://api.example/', undefined)) as Promise<unknown>,
    )
    await until(() => isSent)
    browser.vault.crash()
    expect(await browser.inTime(asked)).toMatchObject({ name: 'NetworkError', code: 'vault_lost' })
    // The next one goes to another vault, which has nothing.
    const next = rejectionOf(
      page.keeper.send?.(toApiRequest('https://api.example/', undefined)) as Promise<unknown>,
    )
    expect(await browser.inTime(next)).toMatchObject({ code: 'session_lost' })
    expect(page.changes).toMatchObject([{ type: 'ended', reason: 'session_lost' }])
  })
})

describe('a vault that answers slowly', () => {
  it('is held on to: browsers collect a worker that nobody holds, and its error with it', async () => {
    let made: WeakRef<object> | undefined
    const browser = await openWithFallback({
      worker() {
        const worker = silent.worker()
        made = new WeakRef(worker)
        return worker
      },
    })
    const restored = browser.openPage().keeper.restore()
    await until(() => made !== undefined)
    expect(await isHeld(made as WeakRef<object>)).toBe(true)
    await browser.inTime(restored)
  })

  it('is not heard any more once it was given up', async () => {
    const said: ((message: unknown) => void)[] = []
    const ports: MessagePort[] = []
    const browser = await openWithFallback({
      worker() {
        const { port1, port2 } = new MessageChannel()
        ports.push(port1, port2)
        said.push((message) => port2.postMessage(message))
        return { port: port1, addEventListener: () => undefined }
      },
    })
    const page = browser.openPage()
    await browser.inTime(page.keeper.restore())
    const record = { epoch: 9, status: 'signed_in', refreshes: 0, rotation: 0 }
    const session = { claims: undefined, scope: '', accessTokenExpiresAt: undefined, hasRefreshToken: true }
    said[0]?.({ latchkey: 1, id: 1, result: { session, record } })
    said[0]?.({ latchkey: 1, change: { type: 'adopted', session }, record })
    await settle()
    for (const port of ports) port.close()
    expect(page.changes).toEqual([])
    expect(page.keeper.current()).toBeUndefined()
  })

  it('is not given up while it says that it is there', async () => {
    const { page, ...browser } = await signedIn(openWithFallback())
    const held = holdUpTokens(browser.provider)
    const asked = page.keeper.getAccessToken({ forceRefresh: true })
    await browser.time.advance(9000)
    held.goOn()
    expect(await asked).toMatch('SENTINEL')
    expect(browser.vault.workerCount()).toBe(1)
  })

  it('keeps a session whose answer was lost on the way', async () => {
    const browser = await openWithFallback()
    const page = browser.openPage()
    const { response, grant } = await page.answer()
    const held = holdUpTokens(browser.provider)
    // The page was given up on: it is frozen, say, and hears no answer for long.
    const redeemed = page.keeper.redeem(response, grant)
    await until(held.arrived)
    browser.vault.mute()
    held.goOn()
    const session = await browser.inTime(redeemed)
    expect(session.claims?.sub).toBe('alice')
    expect(browser.provider.count('/token')).toBe(1)
  })
})
