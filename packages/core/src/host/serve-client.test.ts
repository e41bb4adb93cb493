import { afterEach, describe, expect, it } from 'vitest'
import { createFakeBrowser } from '../../test/fake-browser.ts'
import { createFakePlatform, type FakePlatform, settle } from '../../test/fake-platform.ts'
import { createFakeProvider, type FakeProvider } from '../../test/fake-provider.ts'
import { createHostedWorker } from '../../test/hosted-worker.ts'
import { pageView as view } from '../../test/page-view.ts'
import { until } from '../../test/until.ts'
import { nameInstance } from '../instance-id.ts'
import type { Platform } from '../platform/ports.ts'
import { recordKey, storagePrefix } from '../storage-keys.ts'

type Message = Record<string, unknown>

const hello = (options: object, latchkey = 1): Message => ({
  latchkey,
  kind: 'hello',
  options,
  view,
  session: [],
  shared: [],
})

/** Somebody at a port of the worker, who says what they like. */
interface Stranger {
  readonly heard: Message[]
  post(message: unknown): void
  say(message: Message, transfer?: Transferable[]): void
  /** Everything has been taken that was said, and answered where it is. */
  quiet(): Promise<void>
  close(): void
}

interface Scene {
  readonly provider: FakeProvider
  readonly platform: FakePlatform
  readonly options: object
  connect(): Stranger
}

const ports: MessagePort[] = []

afterEach(() => {
  for (const port of ports.splice(0)) port.close()
})

/** @param send what APIs answer */
async function createScene(send?: Platform['send']): Promise<Scene> {
  const provider = await createFakeProvider('https://id.example.com')
  const platform = createFakePlatform({
    browser: createFakeBrowser(),
    fetch: provider.fetch,
    ...(send && { send }),
  })
  const worker = createHostedWorker(platform)
  return {
    provider,
    platform,
    options: { issuer: provider.issuer, clientId: 'app', redirectUri: '/callback' },
    connect() {
      const port = worker.connect().port
      ports.push(port)
      const heard: Message[] = []
      port.onmessage = ({ data }) => heard.push(data as Message)
      const post = (message: unknown, transfer: Transferable[] = []): void =>
        port.postMessage(message, transfer)
      return {
        heard,
        post,
        say: (message, transfer) => post({ latchkey: 1, ...message }, transfer),
        async quiet() {
          await settle()
          const { port1, port2 } = new MessageChannel()
          // Ports are served in turn: what was posted before has arrived.
          await new Promise((resolve) => {
            port1.onmessage = resolve
            port2.postMessage(undefined)
          })
          port1.close()
          await settle()
        },
        close: () => port.close(),
      }
    },
  }
}

const kindsOf = ({ heard }: Stranger): unknown[] => heard.map(({ kind }) => kind)

describe('the port of a host', () => {
  it('welcomes a page with its version, and tells it how things stand', async () => {
    const { connect, options } = await createScene()
    const page = connect()
    page.say(hello(options))
    await until(() => page.heard.length === 2)
    expect(page.heard).toMatchObject([
      { kind: 'welcome', latchkey: 1 },
      {
        kind: 'state',
        state: { status: 'unauthenticated', reason: 'no_session' },
        glance: { explanation: { status: 'unauthenticated', restore: [] } },
      },
    ])
  })

  it('tells another version which one it is, and serves it nothing', async () => {
    const { connect, options } = await createScene()
    const page = connect()
    page.say(hello(options, 2))
    await page.quiet()
    expect(page.heard).toEqual([{ kind: 'welcome', latchkey: 1 }])
    page.say({ kind: 'call', id: 1, method: 'getAccessToken', view })
    await until(() => page.heard.length === 2)
    expect(page.heard[1]).toEqual({ kind: 'lost' })
  })

  it('learns where a page is only by what is to say so', async () => {
    const { connect, options } = await createScene()
    const page = connect()
    page.say(hello(options))
    page.say({ kind: 'call', id: 1, method: 'login', view })
    page.say({ kind: 'ping', view: 'nowhere' })
    await until(() => page.heard.some(({ id }) => id === 1))
    expect(kindsOf(page)).toContain('go')
  })

  it.each<[string, unknown]>([
    ['text', 'hello'],
    ['nothing', null],
    ['a method that is none', { latchkey: 1, kind: 'call', id: 1, method: 'getState', view }],
    ['a view that is none', { latchkey: 1, kind: 'call', id: 1, method: 'login', view: {} }],
  ])('takes no notice of %s', async (_what, said) => {
    const { connect, options } = await createScene()
    const page = connect()
    page.say(hello(options))
    await until(() => page.heard.length === 2)
    page.post(said)
    page.say({ kind: 'ping' })
    await until(() => page.heard.length === 3)
    expect(page.heard[2]).toEqual({ kind: 'pong' })
  })

  it('tells whoever has not said which client it is that there is none', async () => {
    const { connect, provider } = await createScene()
    const page = connect()
    for (const message of [
      { kind: 'ping' },
      { kind: 'call', id: 1, method: 'login', view },
      { kind: 'life', type: 'pagehide', view },
      { kind: 'stored', key: 'a', value: 'b' },
    ]) {
      page.say(message)
    }
    await until(() => page.heard.length === 4)
    expect(new Set(kindsOf(page))).toEqual(new Set(['lost']))
    expect(provider.seen).toEqual([])
  })

  it('may be that of a worker of one page, which is open as it is', async () => {
    const { options, platform } = await createScene()
    const page = new EventTarget()
    const heard: Message[] = []
    createHostedWorker(platform).serve({
      addEventListener: page.addEventListener.bind(page) as MessagePort['addEventListener'],
      postMessage: (message: Message) => void heard.push(message),
    })
    page.dispatchEvent(new MessageEvent('message', { data: hello(options) }))
    expect(heard.map(({ kind }) => kind)).toEqual(['welcome', 'state'])
  })

  it('learns what other tabs have stored: a sign-out is a later one than theirs', async () => {
    const { connect, options, provider } = await createScene()
    const page = connect()
    const key = recordKey(storagePrefix(nameInstance(provider.issuer, 'app', undefined)))
    page.say(hello(options))
    page.say({ kind: 'stored', key, value: JSON.stringify([7, 'signed_in', 0, 0]) })
    page.say({ kind: 'call', id: 1, method: 'logout', param: { local: true }, view })
    await until(() => kindsOf(page).includes('answer'))
    const stored = page.heard.filter((message) => message.key === key).at(-1)?.value as string
    expect(stored).toContain('"signed_out"')
    expect(JSON.parse(stored)[0]).toBeGreaterThan(7)
  })

  it('belongs to one client for good', async () => {
    const { connect, options } = await createScene()
    const page = connect()
    page.say(hello(options))
    await until(() => page.heard.length === 2)
    page.say(hello({ ...options, clientId: 'another' }))
    page.say({ kind: 'ping' })
    await until(() => kindsOf(page).includes('pong'))
    expect(kindsOf(page)).toEqual(['welcome', 'state', 'pong'])
  })
})

describe('a call', () => {
  /** A session is looked for that nobody has, for as long as no time passes. */
  async function createSearch(): Promise<Scene & { readonly page: Stranger }> {
    const scene = await createScene()
    const { issuer } = scene.provider
    const page = scene.connect()
    const key = recordKey(storagePrefix(nameInstance(issuer, 'app', undefined)))
    page.say({ ...hello(scene.options), shared: [[key, JSON.stringify([1, 'signed_in', 0, 0])]] })
    return { ...scene, page }
  }

  const wanted = (id: number): Message => ({ kind: 'call', id, method: 'getAccessToken', view })
  const answersTo = ({ heard }: Stranger): unknown[] => heard.filter(({ id }) => id !== undefined)

  it('is given up alone, by its number', async () => {
    const { page } = await createSearch()
    page.say(wanted(1))
    page.say(wanted(2))
    // There is none of that number.
    page.say({ kind: 'abort', id: 3 })
    await page.quiet()
    expect(answersTo(page)).toEqual([])
    page.say({ kind: 'abort', id: 1 })
    await until(() => answersTo(page).length > 0)
    page.say({ kind: 'abort', id: 1 })
    await page.quiet()
    expect(answersTo(page)).toMatchObject([{ kind: 'failure', id: 1 }])
  })

  it('of a page that has been away for too long is given up without a word to it', async () => {
    const { page, connect, options } = await createSearch()
    page.say(wanted(1))
    page.say({ kind: 'life', type: 'pagehide', persisted: true, view })
    await page.quiet()
    const before = page.heard.length
    const others = Array.from({ length: 8 }, connect)
    for (const other of others) {
      other.say(hello(options))
      other.say({ kind: 'life', type: 'pagehide', persisted: true, view })
      await until(() => other.heard.length > 0)
      await other.quiet()
    }
    expect(page.heard).toHaveLength(before)
    page.say({ kind: 'life', type: 'pageshow', persisted: true, view })
    await until(() => page.heard.length > before)
    expect(kindsOf(page).slice(before)).toEqual(['lost'])
    // The others have not been away for as long.
    for (const other of others) {
      other.say({ kind: 'life', type: 'pageshow', persisted: true, view })
      other.say({ kind: 'ping' })
      await until(() => kindsOf(other).includes('pong'))
      expect(kindsOf(other)).not.toContain('lost')
    }
  })
})

describe('a page that is gone', () => {
  const hide: Message = { kind: 'life', type: 'pagehide', persisted: true, view }
  const show: Message = { kind: 'life', type: 'pageshow', persisted: true, view }
  const unseen = { ...view, isVisible: false }
  const asking = (id: number, method: string): Message => ({ kind: 'call', id, method, view: unseen })

  async function createGone(): Promise<Scene & { readonly page: Stranger }> {
    const scene = await createScene()
    const page = scene.connect()
    page.say(hello(scene.options))
    page.say({ kind: 'start' })
    page.say(hide)
    await until(() => page.heard.length === 2)
    await page.quiet()
    return { ...scene, page }
  }

  // Chromium tells that a page is hidden after it has told that it is gone; the rest is what apps do at such moments.
  it.each<[string, Message]>([
    ['that it is hidden', { kind: 'life', type: 'visibilitychange', view: unseen }],
    ['that it is offline', { kind: 'life', type: 'offline', view }],
    ['that it has stopped', { kind: 'stop' }],
    ['that it does not wait any more', { kind: 'abort', id: 1 }],
    ['what another tab has stored', { kind: 'stored', key: 'a', value: 'b' }],
    ['what was said in a frame', { kind: 'said', frame: 1, message: {} }],
    ['that it wants something', asking(1, 'ready')],
  ])('is not there again for saying %s', async (_what, message) => {
    const { page } = await createGone()
    page.say(message)
    page.say(asking(2, 'ready'))
    await page.quiet()
    expect(kindsOf(page)).toEqual(['welcome', 'state'])
  })

  it.each<[string, Message]>([
    ['it is shown again', show],
    ['it is seen', { kind: 'life', type: 'visibilitychange', view }],
    ['it was frozen, and is no more', { kind: 'life', type: 'resume', view: unseen }],
    ['it is started', { kind: 'start' }],
    ['it waits for an answer', { kind: 'ping' }],
  ])('is there again where %s, and hears what it has missed', async (_what, message) => {
    const { page } = await createGone()
    page.say(asking(1, 'ready'))
    page.say(message)
    page.say(asking(2, 'ready'))
    await until(() => page.heard.some(({ kind, id }) => kind === 'answer' && id === 2))
    expect(page.heard[2]).toMatchObject({ kind: 'answer', id: 1 })
  })

  it('is at the address, when it is back, that the app is to see', async () => {
    const { connect, options, provider } = await createScene()
    const left = connect()
    left.say(hello(options))
    left.say({ kind: 'call', id: 1, method: 'login', view })
    await until(() => kindsOf(left).includes('go'))
    const href = provider.signIn(left.heard.find(({ kind }) => kind === 'go')?.url as string)
    const session = left.heard
      .filter(({ kind, where }) => kind === 'store' && where === 'session')
      .map(({ key, value }) => [key, value])
    const page = connect()
    const there = { ...view, href }
    page.say({ ...hello(options), view: there, session })
    page.say({ ...hide, view: there })
    page.say({ kind: 'call', id: 1, method: 'handleCallback', param: href, view: there })
    await until(() => provider.count('/token') === 1)
    await page.quiet()
    page.say({ ...show, view: there })
    await until(() => kindsOf(page).includes('answer'))
    expect(page.heard.filter(({ kind }) => kind === 'go')).toEqual([
      { kind: 'go', how: 'replace', url: 'https://app.example/callback' },
    ])
  })

  it('is not sent off to sign in when it is back: the person has gone elsewhere meanwhile', async () => {
    const { page, provider } = await createGone()
    page.say(asking(1, 'login'))
    await until(() => provider.seen.length > 0)
    await page.quiet()
    page.say(show)
    await until(() => page.heard.some(({ kind }) => kind === 'answer'))
    expect(kindsOf(page)).not.toContain('go')
    await until(() => page.heard.at(-1)?.kind === 'state')
    expect(page.heard.at(-1)).toMatchObject({
      state: { status: 'unauthenticated', reason: 'redirect_cancelled' },
    })
  })

  it('is given up where it has missed too much', async () => {
    const { page } = await createGone()
    for (let id = 0; id <= 500; id++) page.say(asking(id, 'ready'))
    await page.quiet()
    page.say(show)
    await until(() => page.heard.length > 2)
    expect(kindsOf(page)).toEqual(['welcome', 'state', 'lost'])
  })
})

describe('a request to an API', () => {
  const url = 'https://api.example/orders'
  const fetching = (id: number): Message => ({
    kind: 'call',
    id,
    method: 'fetch',
    param: { epoch: 0, url, method: 'GET', headers: [], body: undefined, init: {} },
    view,
  })

  async function createApi(): Promise<{ readonly sent: Request[]; readonly page: Stranger }> {
    const sent: Request[] = []
    const scene = await createScene((request) => {
      sent.push(request)
      return new Promise(() => undefined)
    })
    const page = scene.connect()
    page.say(hello({ ...scene.options, apis: ['https://api.example'] }))
    return { sent, page }
  }

  it('is not sent where nobody could hear the answer', async () => {
    const { sent, page } = await createApi()
    page.say(fetching(1))
    await until(() => page.heard.some(({ kind }) => kind === 'failure'))
    expect(page.heard.at(-1)).toMatchObject({ id: 1, error: { code: '' } })
    expect(sent).toEqual([])
  })

  it.each<[string, (page: Stranger, body: MessagePort) => void]>([
    ['its call is given up', (page) => page.say({ kind: 'abort', id: 1 })],
    ['its answer is wanted no more', (_, body) => body.postMessage({ kind: 'cancel' })],
    ['the page is gone without a word', (page) => page.close()],
  ])('stops where %s', async (_what, end) => {
    const { sent, page } = await createApi()
    const { port1: body, port2 } = new MessageChannel()
    ports.push(body)
    page.say(fetching(1), [port2])
    await until(() => sent.length === 1)
    expect(sent[0]?.signal.aborted).toBe(false)
    end(page, body)
    await until(() => sent[0]?.signal.aborted === true)
  })
})
