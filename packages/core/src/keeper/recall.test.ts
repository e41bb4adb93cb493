import { expect, it } from 'vitest'
import { settle } from '../../test/fake-platform.ts'
import { json } from '../../test/fake-provider.ts'
import { createKeeperBrowser, type KeeperPage } from '../../test/keeper-pages.ts'
import { rejectionOf } from '../../test/pages.ts'
import { until } from '../../test/until.ts'
import { dpop } from '../dpop/dpop.ts'
import type { SessionRecord } from '../session-record.ts'
import { createBoundParts } from './bound-parts.ts'
import { createPageKeeper } from './page-keeper.ts'

const never = new AbortController().signal
const here = { postLogoutRedirectUri: undefined }

/** A browser in which a session rests, whose page has just been closed. */
async function openResting() {
  let instanceId = ''
  const opened = await createKeeperBrowser(() => ({
    createKeeper(context) {
      instanceId = context.settings.instanceId
      return createPageKeeper(context, createBoundParts)
    },
    options: { binding: dpop(), persist: 'bound' },
  }))
  const { browser, provider, openPage, time } = opened
  let gate: Promise<void> | undefined
  provider.onToken = ({ body }, form) => {
    Object.assign(body as object, { token_type: 'DPoP' })
    return form.has('refresh_token') ? gate : undefined
  }
  const closed = openPage()
  await closed.signIn()
  closed.stop()
  const page = openPage()

  return {
    ...opened,
    instanceId,
    closed,
    page,
    known: page.record.read(),
    /** The refresh token is the same for as long as the session lasts. */
    keepRefreshToken() {
      const answer = { access_token: 'once more', token_type: 'DPoP', expires_in: 300 }
      provider.onRequest = ({ form }) =>
        form.has('refresh_token') ? Promise.resolve(gate).then(() => json(200, answer)) : undefined
    },
    /** From now on the provider takes its time to renew, until that is called. */
    holdUp(): () => void {
      let goOn = (): void => undefined
      gate = new Promise((resolve) => {
        goOn = resolve
      })
      return () => {
        gate = undefined
        goOn()
      }
    },
    /** Whoever asks the other tabs gets no answer. */
    async letNobodyAnswer(asked: number): Promise<void> {
      await until(() => asks(browser.messages).length >= asked)
      await time.advance(200)
    },
    sent: () => provider.seen.flatMap(({ form }) => form.get('refresh_token') ?? []),
    kept: () => [...browser.durable.values()].flatMap((store) => [...store.keys()]),
  }
}

const asks = (messages: readonly unknown[]): unknown[] =>
  messages.filter((message) => (message as { kind?: unknown }).kind === 'ask')

const recall = ({ keeper }: KeeperPage): ReturnType<KeeperPage['keeper']['restore']> =>
  keeper.restore({ recall: true })

it.each([
  ['somebody signs out in another tab meanwhile', false],
  ['somebody signs out in another tab meanwhile, and in again', true],
])(
  'a session that rests does not come back where %s: what it was renewed with is revoked (invariant 8)',
  async (_, isIn) => {
    const scene = await openResting()
    const { page, provider, openPage, kept, inTime } = scene
    const goOn = scene.holdUp()
    const recalled = recall(page)
    await scene.letNobodyAnswer(1)
    await until(() => scene.sent().length === 1)
    const other = openPage()
    await other.keeper.end(here)
    if (isIn) await inTime(other.signIn())
    const record = page.record.read()
    goOn()
    expect(await recalled).toBeUndefined()
    await until(() => provider.count('/revoke') === 1)
    expect(page.keeper.current()).toBeUndefined()
    expect(page.record.read()).toEqual(record)
    await until(() => kept().length === (isIn ? 2 : 0))
    if (isIn) expect(kept()).toContain(`session.${record.epoch}`)
  },
)

it('a session that rests gives way to that of somebody who signs in on the same page meanwhile, and is revoked', async () => {
  const scene = await openResting()
  const { page, provider, kept, inTime } = scene
  const goOn = scene.holdUp()
  const recalled = recall(page)
  await scene.letNobodyAnswer(1)
  await until(() => scene.sent().length === 1)
  provider.claims = { sub: 'bob' }
  const session = await inTime(page.signIn())
  provider.claims = {}
  goOn()
  expect(await recalled).toEqual(session)
  await until(() => provider.count('/revoke') === 1)
  expect(page.keeper.current()?.claims?.sub).toBe('bob')
  await until(() => kept().length === 2)
  expect(kept()).toContain(`session.${session.epoch}`)
})

const over: [what: string, after: (known: SessionRecord) => SessionRecord][] = [
  ['has signed out', ({ epoch }) => ({ epoch: epoch + 1, status: 'signed_out', refreshes: 0, rotation: 0 })],
  ['was told that it is over', (known) => ({ ...known, status: 'ended' })],
]

it.each([
  ...over,
  [
    'has signed in anew',
    ({ status, ...known }) => ({ ...known, status, epoch: known.epoch + 1, older: [known] }),
  ] satisfies (typeof over)[number],
])(
  'a refresh token that rests is not sent where another tab, which had its turn before, %s',
  async (_, after) => {
    const { page, known, browser, instanceId, sent, letNobodyAnswer } = await openResting()
    let release = (): void => undefined
    const turn = new Promise<void>((resolve) => {
      release = resolve
    })
    void browser.locks.run(`latchkey.${instanceId}.refresh.${known.epoch}`, never, () => turn)
    const recalled = recall(page)
    await settle()
    const now = after(known)
    page.record.write(now)
    release()
    await letNobodyAnswer(1)
    expect(await recalled).toBeUndefined()
    expect(sent()).toEqual([])
    expect(page.record.read()).toEqual(now)
  },
)

it.each(over)(
  'nobody is asked for a session, nor waited for, of which it is known that somebody %s',
  async (_, after) => {
    const { page, known, browser, sent } = await openResting()
    page.record.write(after(known))
    const asked = asks(browser.messages).length
    expect(await recall(page)).toBeUndefined()
    expect(asks(browser.messages)).toHaveLength(asked)
    expect(sent()).toEqual([])
  },
)

it('a session that rests goes on from where a page was with it that is slow to hand it over', async () => {
  const scene = await openResting()
  const { closed, page, browser, instanceId, sent } = scene
  scene.keepRefreshToken()
  // What it got, it could not write down where tokens rest.
  const resting = [...browser.durable.values()].map((store) => [store, [...store]] as const)
  const stop = closed.keeper.start()
  const asked = rejectionOf(closed.keeper.getAccessToken({ forceRefresh: true }))
  expect(await asked).toMatchObject({ code: 'token_bound' })
  for (const [store, entries] of resting) for (const [name, value] of entries) store.set(name, value)
  stop()

  const goOn = scene.holdUp()
  const recalled = recall(page)
  await scene.letNobodyAnswer(1)
  await until(() => sent().length === 2)
  // It thaws, and hears only now what it was asked.
  closed.keeper.start()
  browser.openChannel(`latchkey.${instanceId}`, () => undefined)?.post(asks(browser.messages).at(-1))
  await until(() => page.keeper.current() !== undefined)
  goOn()
  expect(await recalled).toBeDefined()
  expect(page.record.read()).toMatchObject({ refreshes: 2, rotation: 0 })
})
