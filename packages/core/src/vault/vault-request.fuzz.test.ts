import fc from 'fast-check'
import { createFakePlatform } from '../../test/fake-platform.ts'
import { almost, hostileMessage, hostileText } from '../../test/fuzz/hostile.ts'
import { itHolds, must } from '../../test/fuzz/it-holds.ts'
import { servePage } from './page-port.ts'
import { parseVaultMessage } from './parse-message.ts'
import { parseVaultRequest } from './parse-request.ts'
import { createServedInstances } from './served-instances.ts'

const record = { epoch: 0, status: 'ended', refreshes: 0, rotation: 0 }
const settings = {
  instanceId: 'i',
  isSealed: false,
  apis: [{ url: 'https://api.example/' }],
  protocol: 'oidc',
  issuer: 'https://id.example',
  clientId: 'app',
  scope: 'openid',
  pushedAuthorization: 'auto',
  requestTimeoutMs: 1000,
  clockToleranceSeconds: 30,
}
const grant = {
  state: 's',
  codeVerifier: 'v',
  nonce: 'n',
  redirectUri: 'https://app.example/c',
  scope: 'openid',
}
/** Every request that a page may make. */
const params: Readonly<Record<string, unknown>> = {
  hello: { settings, record },
  ping: undefined,
  restore: { record, recall: true },
  authorize: {
    redirectUri: 'https://app.example/c',
    scope: 'openid',
    statePrefix: 'p.',
    extra: { prompt: 'none' },
  },
  redeem: { response: 'code=c', grant, record, identify: 'user_info' },
  identify: undefined,
  describe: { epoch: 1, userInfo: { claims: { sub: 'alice' }, askedAtMs: 1 } },
  getAccessToken: { minValiditySeconds: 60, forceRefresh: true, scope: 'a' },
  send: {
    epoch: 1,
    url: 'https://api.example/x',
    method: 'GET',
    headers: [['a', 'b']],
    init: { cache: 'no-store' },
  },
  end: { postLogoutRedirectUri: 'https://app.example/', epoch: 1, revokes: true, record },
  page: { isVisible: true, cause: 'online', record },
  bye: undefined,
}
const request = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .constantFrom(...Object.keys(params))
      .chain((method) =>
        almost(
          { latchkey: 1, id: 7, method, params: params[method] },
          fc.oneof(hostileMessage, fc.constantFrom('__proto__', 'toString', grant, settings)),
          { names: ['method', 'id', 'params'] },
        ),
      ),
  },
  hostileMessage,
)

itHolds(
  'is read only where it is one that a page may make, and whole',
  { of: 'vault-request', part: 0.96, inputs: request },
  (said) => {
    const read = parseVaultRequest(said)
    if (!read) return
    must(typeof read.id === 'number' && typeof read.latchkey === 'number', 'it can be answered')
    must(read.latchkey !== 1 || Object.keys(params).includes(read.method), 'a page may ask that')
  },
)

itHolds(
  'brings a page answers that it can read, with errors of ours and nobody’s tokens, whatever it asks',
  {
    of: 'vault-request',
    part: 0.04,
    inputs: fc.tuple(fc.boolean(), fc.array(request, { minLength: 1, maxLength: 4 }), hostileText),
  },
  async ([saysHello, requests, body]) => {
    const platform = createFakePlatform({ fetch: async () => new Response(body) })
    const said: unknown[] = []
    const listeners: ((event: unknown) => void)[] = []
    const port = {
      addEventListener: (type: string, listener: (event: unknown) => void) =>
        type === 'message' && listeners.push(listener),
      start: () => undefined,
      postMessage: (message: unknown) => void said.push(message),
    } as unknown as MessagePort
    servePage(
      port,
      createServedInstances(() => ({ ...platform, openChannel: () => undefined })),
    )
    const post = (data: unknown): void => {
      for (const listener of listeners) listener({ data, ports: [] })
    }
    if (saysHello) post({ latchkey: 1, id: 0, method: 'hello', params: params.hello })
    for (const each of requests) post(each)
    await platform.advance(20_000)
    const errors = said.flatMap((message) => {
      must(parseVaultMessage(message) !== undefined, 'a page can read it')
      const { error } = message as { error?: { name?: unknown } }
      return error ? [error] : []
    })
    must(
      errors.every(({ name }) =>
        /^(Configuration|SignInRequired|Protocol|Server|Network)Error$/.test(String(name)),
      ),
      'its errors are ours',
    )
  },
)
