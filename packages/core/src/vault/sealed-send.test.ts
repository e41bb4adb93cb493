import { describe, expect, it } from 'vitest'
import { settle } from '../../test/fake-platform.ts'
import type { VaultBrowserOptions } from '../../test/fake-vault.ts'
import { rejectionOf } from '../../test/pages.ts'
import { until } from '../../test/until.ts'
import { openVaultBrowser, type SignedInBrowser, signedIn } from '../../test/vault-scene.ts'

const url = 'https://api.example/orders'

interface SealedScene extends SignedInBrowser {
  /** What the vault sent, oldest first. */
  readonly sent: Request[]
  send(request: Request): Promise<Response>
}

async function createSealedScene(
  answer: (request: Request) => Response | Promise<Response>,
  options: VaultBrowserOptions = {},
): Promise<SealedScene> {
  const sent: Request[] = []
  const opened = openVaultBrowser({
    sealed: true,
    apis: ['https://api.example'],
    send: async (request) => {
      sent.push(request)
      return answer(request)
    },
    ...options,
  })
  const browser = await signedIn(opened)
  return {
    ...browser,
    sent,
    send: (request) => browser.page.keeper.send?.({ request, isReplayable: true }) as Promise<Response>,
  }
}

/** Another page of the client, by what the first said of it, that says whatever it likes. */
function connectAs({ vault }: SealedScene): {
  readonly port: MessagePort
  readonly answers: readonly unknown[]
} {
  const port = vault.connect()
  const hello = vault.heard.find((said) => (said as { method: string }).method === 'hello') as object
  const answers: unknown[] = []
  port.onmessage = ({ data }) => answers.push(data)
  port.postMessage({ ...hello, id: 1 })
  return { port, answers }
}

/** A body whose pieces the test hands out. */
function pieces(): {
  readonly body: ReadableStream<Uint8Array>
  readonly pulls: () => number
  readonly isCancelled: () => boolean
  give(text: string): void
  end(): void
  fail(): void
} {
  let controller: ReadableStreamDefaultController<Uint8Array>
  let pulls = 0
  let isCancelled = false
  const body = new ReadableStream<Uint8Array>(
    {
      start(stream) {
        controller = stream
      },
      pull() {
        pulls += 1
      },
      cancel() {
        isCancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return {
    body,
    pulls: () => pulls,
    isCancelled: () => isCancelled,
    give: (text) => controller.enqueue(new TextEncoder().encode(text)),
    end: () => controller.close(),
    fail: () => controller.error(new TypeError('terminated')),
  }
}

describe('a request from a sealed vault', () => {
  it('has the token, and the page has not', async () => {
    const scene = await createSealedScene(() => new Response('[]'))
    const response = await scene.send(new Request(url))
    expect(await response.json()).toEqual([])
    expect(scene.sent[0]?.headers.get('authorization')).toMatch(/^Bearer SENTINEL-access-token/)
    expect(JSON.stringify(scene.vault.said)).not.toContain('access-token')
    expect(await rejectionOf(scene.page.keeper.getAccessToken())).toMatchObject({ code: 'token_sealed' })
  })

  it('has the vault’s token whatever the page says', async () => {
    const scene = await createSealedScene(() => new Response())
    await scene.send(new Request(url, { headers: { authorization: 'Bearer mine' } }))
    expect(scene.sent[0]?.headers.get('authorization')).toMatch(/^Bearer SENTINEL/)
  })

  it('has a token that is refreshed where needed, once for all', async () => {
    const scene = await createSealedScene(() => new Response())
    await scene.page.hide()
    await scene.time.advance(300_000)
    await Promise.all([1, 2, 3].map(() => scene.send(new Request(url))))
    expect(scene.provider.count('/token')).toBe(2)
    expect(new Set(scene.sent.map(({ headers }) => headers.get('authorization'))).size).toBe(1)
  })

  it('is what the app asked for: method, headers, and how it is sent', async () => {
    const scene = await createSealedScene(() => new Response())
    await scene.send(
      new Request(`${url}?page=2`, {
        method: 'PUT',
        headers: { 'x-app': 'a' },
        body: '{}',
        credentials: 'include',
        cache: 'no-store',
        referrerPolicy: 'origin',
        integrity: 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
      }),
    )
    const [request] = scene.sent
    expect(request).toMatchObject({
      url: `${url}?page=2`,
      method: 'PUT',
      credentials: 'include',
      cache: 'no-store',
      referrerPolicy: 'origin',
      integrity: 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
    })
    expect(request?.headers.get('x-app')).toBe('a')
  })

  it('goes nowhere else by a redirect', async () => {
    const scene = await createSealedScene(() => new Response())
    await scene.send(new Request(url, { redirect: 'follow' }))
    expect(scene.sent[0]?.redirect).toBe('error')
  })

  it('carries text', async () => {
    const scene = await createSealedScene(async (request) => new Response(await request.text()))
    const response = await scene.send(new Request(url, { method: 'POST', body: 'Grüße' }))
    expect(await response.text()).toBe('Grüße')
    expect(scene.sent[0]?.headers.get('content-type')).toBe('text/plain;charset=UTF-8')
  })

  it('carries a form with a file', async () => {
    const form = new FormData()
    form.set('name', 'Alice')
    form.set('file', new File(['a,b'], 'orders.csv', { type: 'text/csv' }))
    const scene = await createSealedScene(async (request) => {
      const got = await request.formData()
      const file = got.get('file') as File
      return Response.json([got.get('name'), file.name, file.type, await file.text()])
    })
    const response = await scene.send(new Request(url, { method: 'POST', body: form }))
    expect(await response.json()).toEqual(['Alice', 'orders.csv', 'text/csv', 'a,b'])
  })

  it('carries a blob', async () => {
    const scene = await createSealedScene(async (request) =>
      Response.json([...new Uint8Array(await request.arrayBuffer())]),
    )
    const body = new Blob([Uint8Array.of(0, 255, 128)], { type: 'image/png' })
    const response = await scene.send(new Request(url, { method: 'POST', body }))
    expect(await response.json()).toEqual([0, 255, 128])
    expect(scene.sent[0]?.headers.get('content-type')).toBe('image/png')
  })

  it('is sent once more, with another token, where the API refuses the first (RFC 6750 §3.1)', async () => {
    const scene = await createSealedScene(({ headers }) => {
      const isFirst = headers.get('authorization') === scene.sent[0]?.headers.get('authorization')
      const headersOfRefusal = { 'www-authenticate': 'Bearer error="invalid_token"' }
      return isFirst ? new Response('', { status: 401, headers: headersOfRefusal }) : new Response('[]')
    })
    const response = await scene.send(new Request(url, { method: 'POST', body: 'an order' }))
    expect(response.status).toBe(200)
    expect(await Promise.all(scene.sent.map((request) => request.text()))).toEqual(['an order', 'an order'])
    expect(scene.provider.count('/token')).toBe(2)
  })

  it('is not sent again where nothing can renew the token: the page has the refusal', async () => {
    const opened = openVaultBrowser({
      sealed: true,
      apis: ['https://api.example'],
      send: async () =>
        new Response('', { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } }),
    })
    const { provider } = await opened
    provider.onToken = ({ body }) => void delete (body as Record<string, unknown>).refresh_token
    const { page } = await signedIn(opened)
    const response = await page.keeper.send?.({ request: new Request(url), isReplayable: true })
    expect(response?.status).toBe(401)
    expect(provider.count('/token')).toBe(1)
  })

  it('is not sent again where somebody has signed out meanwhile: the page has the refusal', async () => {
    const scene: SealedScene = await createSealedScene(async () => {
      await scene.page.keeper.end({ postLogoutRedirectUri: undefined })
      return new Response('', { status: 401 })
    })
    const response = await scene.send(new Request(url))
    expect([response.status, scene.sent.length]).toEqual([401, 1])
  })

  it('is not sent where nobody is signed in', async () => {
    const scene = await createSealedScene(() => new Response())
    await scene.page.keeper.end({ postLogoutRedirectUri: undefined })
    expect(await rejectionOf(scene.send(new Request(url)))).toMatchObject({
      name: 'SignInRequiredError',
      code: 'not_signed_in',
    })
    expect(scene.sent).toEqual([])
  })
})

describe('the list of a sealed vault', () => {
  it.each([
    'https://evil.example/orders',
    'https://api.example.evil.example/orders',
    'https://api.example@evil.example/orders',
    'https://user:password@api.example/orders',
    'https://api.example:8443/orders',
    'http://api.example/orders',
    'wss://api.example/orders',
    'blob:https://api.example/0-0',
    'data:text/plain,x',
    '//api.example/orders',
    'not a url',
    '',
  ])('keeps it from sending to "%s", whoever asks', async (target) => {
    const scene = await createSealedScene(() => new Response())
    const { port1, port2 } = new MessageChannel()
    const { port, answers } = connectAs(scene)
    const params = { epoch: 1, url: target, method: 'GET', headers: [], body: undefined, init: {} }
    port.postMessage({ latchkey: 1, id: 2, method: 'send', params }, [port2])
    await until(() => answers.length === 2)
    port1.close()
    expect(answers[1]).toMatchObject({
      id: 2,
      error: { name: 'ConfigurationError', code: 'url_not_allowed' },
    })
    expect(scene.sent).toEqual([])
  })

  it('is of no use to whoever asks it for a token', async () => {
    const scene = await createSealedScene(() => new Response())
    const { port, answers } = connectAs(scene)
    port.postMessage({ latchkey: 1, id: 2, method: 'getAccessToken', params: {} })
    await until(() => answers.length === 2)
    expect(answers[1]).toMatchObject({ id: 2, error: { name: 'ConfigurationError', code: 'token_sealed' } })
  })

  it('does not let a request go whose answer nobody could hear', async () => {
    const scene = await createSealedScene(() => new Response())
    const { port, answers } = connectAs(scene)
    const { epoch } = scene.page.record.read()
    const params = { epoch, url, method: 'GET', headers: [], body: undefined, init: {} }
    port.postMessage({ latchkey: 1, id: 2, method: 'send', params })
    await until(() => answers.length === 2)
    expect(answers[1]).toMatchObject({ error: { code: 'url_not_allowed' } })
    expect(scene.sent).toEqual([])
  })

  it('does not make an open vault send anything', async () => {
    const scene = await createSealedScene(() => new Response(), { sealed: false })
    expect(scene.page.keeper.send).toBeUndefined()
    const { port1, port2 } = new MessageChannel()
    const { port, answers } = connectAs(scene)
    const params = { epoch: 1, url, method: 'GET', headers: [], body: undefined, init: {} }
    port.postMessage({ latchkey: 1, id: 2, method: 'send', params }, [port2])
    await until(() => answers.length === 2)
    port1.close()
    expect(answers[1]).toMatchObject({ error: { code: 'url_not_allowed' } })
    expect(scene.sent).toEqual([])
  })
})

describe('a request of one person’s', () => {
  /** Somebody has signed in elsewhere, and the page has heard nothing of it. */
  async function signInUnheard(scene: SealedScene, sub: string): Promise<void> {
    scene.page.platform.fallAsleep('gone')
    scene.provider.claims = { sub }
    await scene.openPage().signIn()
    expect(scene.page.changes).toEqual([])
  }

  it('is not sent with the token of somebody else, of whom the page has yet to hear', async () => {
    const scene = await createSealedScene(() => new Response())
    await signInUnheard(scene, 'bob')
    const error = await rejectionOf(scene.send(new Request(url, { method: 'POST', body: 'alice' })))
    expect(error).toMatchObject({ name: 'SignInRequiredError', code: 'subject_changed' })
    expect(scene.sent).toEqual([])
    // It has heard of it by now, and the next one is Bob's.
    expect(scene.page.changes).toMatchObject([{ type: 'adopted', session: { claims: { sub: 'bob' } } }])
    await scene.send(new Request(url))
    expect(scene.sent).toHaveLength(1)
  })

  it('is sent with the token of a later sign-in of the same person', async () => {
    const scene = await createSealedScene(() => new Response())
    await scene.send(new Request(url))
    await signInUnheard(scene, 'alice')
    await scene.send(new Request(url, { method: 'POST', body: 'x' }))
    const tokens = scene.sent.map(({ headers }) => headers.get('authorization'))
    expect(new Set(tokens).size).toBe(2)
    expect(await scene.sent[1]?.text()).toBe('x')
  })

  it('is not sent by another vault, which somebody else has signed in to', async () => {
    const scene = await createSealedScene(() => new Response())
    scene.vault.crash()
    await scene.inTime(rejectionOf(scene.send(new Request(url))))
    scene.provider.claims = { sub: 'bob' }
    await scene.openPage().signIn()
    const error = await scene.inTime(rejectionOf(scene.send(new Request(url))))
    expect(error).toMatchObject({ code: 'subject_changed' })
    expect(scene.sent).toEqual([])
  })
})

describe('an answer from a sealed vault', () => {
  it('has its status, its headers and its address', async () => {
    const answer = new Response('{}', {
      status: 418,
      statusText: 'I am',
      headers: { 'x-a': '1', 'content-type': 'application/json' },
    })
    Object.defineProperty(answer, 'url', { value: url })
    const scene = await createSealedScene(() => answer)
    const response = await scene.send(new Request(url))
    expect(response).toMatchObject({ status: 418, statusText: 'I am', url, ok: false })
    expect(Object.fromEntries(response.headers)).toEqual({ 'x-a': '1', 'content-type': 'application/json' })
  })

  it.each([204, 205, 304])('may have no body, with status %d', async (status) => {
    const scene = await createSealedScene(() => new Response(null, { status }))
    const response = await scene.send(new Request(url))
    expect([response.status, response.body]).toEqual([status, null])
  })

  it('may be empty', async () => {
    const scene = await createSealedScene(() => new Response(null))
    expect(await (await scene.send(new Request(url))).text()).toBe('')
  })

  it('arrives in the pieces it comes in', async () => {
    const { body, give, end } = pieces()
    const scene = await createSealedScene(() => new Response(body))
    const reader = (await scene.send(new Request(url))).body?.getReader()
    const text = async (): Promise<string> => new TextDecoder().decode((await reader?.read())?.value)
    const first = text()
    give('one')
    expect(await first).toBe('one')
    const second = text()
    give('two')
    expect(await second).toBe('two')
    const last = reader?.read()
    end()
    expect(await last).toEqual({ done: true, value: undefined })
  })

  it('is not read faster than the app reads it', async () => {
    const { body, give, pulls } = pieces()
    const scene = await createSealedScene(() => new Response(body))
    const reader = (await scene.send(new Request(url))).body?.getReader()
    await settle()
    expect(pulls()).toBe(0)
    const read = reader?.read()
    await until(() => pulls() === 1)
    give('one')
    await read
    await settle()
    expect(pulls()).toBe(1)
  })

  it('fails where the network fails in the middle', async () => {
    const { body, give, fail } = pieces()
    const scene = await createSealedScene(() => new Response(body))
    const response = await scene.send(new Request(url))
    const read = rejectionOf(response.text())
    give('on')
    fail()
    expect(await read).toBeInstanceOf(TypeError)
  })

  it('is an error where there is no network', async () => {
    const scene = await createSealedScene(() => Promise.reject(new TypeError('Failed to fetch')))
    expect(await rejectionOf(scene.send(new Request(url)))).toMatchObject({
      name: 'NetworkError',
      code: 'network_failed',
      cause: { message: 'Failed to fetch' },
    })
    expect(scene.page.keeper.current()).toBeDefined()
  })
})

describe('the port of one request', () => {
  /** A request whose answer's port is in the test's hands. */
  async function ask(
    answer: () => Response | Promise<Response>,
  ): Promise<{ readonly scene: SealedScene; readonly port: MessagePort; readonly heard: unknown[] }> {
    const scene = await createSealedScene(answer)
    const { port1: port, port2 } = new MessageChannel()
    const heard: unknown[] = []
    port.onmessage = ({ data }) => heard.push(data)
    const { port: page } = connectAs(scene)
    const { epoch } = scene.page.record.read()
    const params = { epoch, url, method: 'GET', headers: [], body: undefined, init: {} }
    page.postMessage({ latchkey: 1, id: 2, method: 'send', params }, [port2])
    await until(() => scene.sent.length === 1)
    return { scene, port, heard }
  }

  it('gives nothing for what is not asked, and is not cancelled by it', async () => {
    const { body, pulls, give, isCancelled } = pieces()
    const { scene, port, heard } = await ask(() => new Response(body))
    for (const message of [undefined, null, 'pull', {}, { kind: 'push' }, { kind: 'done' }]) {
      port.postMessage(message)
    }
    await settle()
    expect([pulls(), isCancelled(), scene.sent[0]?.signal.aborted, heard]).toEqual([0, false, false, []])
    port.postMessage({ kind: 'pull' })
    await until(() => pulls() === 1)
    give('one')
    await until(() => heard.length === 1)
    expect(heard).toEqual([{ kind: 'chunk', chunk: new TextEncoder().encode('one') }])
    expect([isCancelled(), scene.sent[0]?.signal.aborted]).toEqual([false, false])
    port.close()
  })

  it('stops the request where it is cancelled before there is an answer', async () => {
    const { scene, port } = await ask(() => new Promise(() => undefined))
    // Not every browser tells that the other end is closed.
    port.postMessage({ kind: 'cancel' })
    await until(() => scene.sent[0]?.signal.aborted === true)
    port.close()
  })

  it('stops what still comes where it is cancelled in the middle', async () => {
    const { body, isCancelled } = pieces()
    const { scene, port } = await ask(() => new Response(body))
    await settle()
    port.postMessage({ kind: 'cancel' })
    await until(() => isCancelled() && scene.sent[0]?.signal.aborted === true)
    port.close()
  })

  it('stops the request where the page closes it before there is an answer, as a page does that is gone', async () => {
    const { scene, port } = await ask(() => new Promise(() => undefined))
    port.close()
    await until(() => scene.sent[0]?.signal.aborted === true)
  })

  it('stops what still comes where the page closes it in the middle', async () => {
    const { body, isCancelled } = pieces()
    const { port } = await ask(() => new Response(body))
    await settle()
    port.close()
    await until(isCancelled)
  })
})

describe('giving up a request of a sealed vault', () => {
  it('before it is sent, sends nothing', async () => {
    const scene = await createSealedScene(() => new Response())
    await expect(scene.send(new Request(url, { signal: AbortSignal.abort('given up') }))).rejects.toBe(
      'given up',
    )
    await settle()
    expect(scene.sent).toEqual([])
  })

  it('while its answer is awaited, stops it', async () => {
    const scene = await createSealedScene(() => new Promise(() => undefined))
    const stop = new AbortController()
    const asked = scene.send(new Request(url, { signal: stop.signal }))
    await until(() => scene.sent.length === 1)
    stop.abort('given up')
    await expect(asked).rejects.toBe('given up')
    await until(() => scene.sent[0]?.signal.aborted === true)
  })

  it('while its body comes, stops it, and whatever comes then is no error', async () => {
    const { body, give, isCancelled } = pieces()
    const scene = await createSealedScene(() => new Response(body))
    const stop = new AbortController()
    const response = await scene.send(new Request(url, { signal: stop.signal }))
    const read = response.text()
    give('on')
    stop.abort('given up')
    await expect(read).rejects.toBe('given up')
    await until(() => scene.sent[0]?.signal.aborted === true)
    await until(isCancelled)
    await settle()
  })

  it('by cancelling its body, stops it', async () => {
    const { body, isCancelled } = pieces()
    const scene = await createSealedScene(() => new Response(body))
    const response = await scene.send(new Request(url))
    await response.body?.cancel()
    await until(isCancelled)
    expect(scene.sent[0]?.signal.aborted).toBe(true)
  })

  it('leaves no listener at the signal once it is over', async () => {
    const scene = await createSealedScene(() => new Response('done'))
    const { signal } = new AbortController()
    const listeners = new Set<unknown>()
    const request = new Request(url)
    Object.defineProperty(request, 'signal', { value: signal })
    const { addEventListener, removeEventListener } = signal
    signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
      listeners.add(given[1])
      addEventListener.apply(signal, given)
    }
    signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
      listeners.delete(given[1])
      removeEventListener.apply(signal, given)
    }
    await (await scene.send(request)).text()
    await settle()
    expect(listeners.size).toBe(0)
  })

  it('happens by itself where the vault dies in the middle', async () => {
    const { body, give } = pieces()
    const scene = await createSealedScene(() => new Response(body))
    const response = await scene.send(new Request(url))
    const read = rejectionOf(response.text())
    give('on')
    await settle()
    scene.vault.crash()
    expect(await scene.inTime(read)).toMatchObject({ name: 'NetworkError', code: 'vault_lost' })
  })
})
