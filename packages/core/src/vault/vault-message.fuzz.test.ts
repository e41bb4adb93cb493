import fc from 'fast-check'
import { createFakePlatform } from '../../test/fake-platform.ts'
import { almost, hostileMessage } from '../../test/fuzz/hostile.ts'
import { itHolds, must } from '../../test/fuzz/it-holds.ts'
import { settlesSafely } from '../../test/fuzz/settles-safely.ts'
import { nextTurn } from '../../test/next-turn.ts'
import { createVaultKeeper } from '../keeper/vault.ts'
import { VaultUnavailable } from '../keeper/vault-link.ts'
import { parseOptions } from '../options/parse-options.ts'
import { createSessionRecordStore, isSessionRecord } from '../session-record.ts'
import { createTabLine } from '../tab-line.ts'
import { parseVaultMessage } from './parse-message.ts'

const record = { epoch: 1.5, status: 'signed_in', refreshes: 0, rotation: 0 }
const session = {
  claims: { iss: 'https://id.example', sub: 'alice', aud: 'app', exp: 1, iat: 1 },
  scope: 'openid',
  accessTokenExpiresAt: 1_800_000_100_000,
  hasRefreshToken: true,
  userInfo: { claims: { sub: 'alice' }, askedAtMs: 1 },
  providerSession: { state: 's', frameUrl: 'https://id.example/session' },
}
const error = { name: 'NetworkError', code: 'timeout', message: 'Late.', status: 503, retryAfterSeconds: 1 }
const values = fc.oneof(
  hostileMessage,
  fc.constantFrom<unknown>('__proto__', 'toString', 'ended', session, record, error),
)
const names = ['session', 'record', 'error', 'type', 'id', 'latchkey', 'change', 'result', 'demand']

const changes = [
  { type: 'refreshed', session },
  { type: 'described', session },
  { type: 'adopted', session },
  { type: 'refresh_failed', error, retryAt: 1_800_000_100_000 },
  { type: 'ended', reason: 'session_ended', error },
]
const news = fc
  .constantFrom(...changes)
  .chain((change) => almost({ latchkey: 1, change, record }, values, { names }))

/** What the vault answers, by what it was asked. */
const results: Readonly<Record<string, unknown>> = {
  hello: { session, record },
  restore: { session, record },
  page: { session, record },
  authorize: { url: 'https://id.example/auth', state: 's', codeVerifier: 'v', nonce: 'n' },
  redeem: { session, record },
  identify: { session, record },
  getAccessToken: {
    accessToken: 'A',
    scope: 'openid',
    requestedAtMs: 1_800_000_000_000,
    expiresAt: 1_800_000_100_000,
    epoch: 1.5,
  },
  end: { url: 'https://id.example/logout', isRevoked: true, error, record },
}

itHolds(
  'is read only where it has the form of an answer or of news',
  {
    of: 'vault-message',
    part: 0.9,
    inputs: fc.oneof(
      news,
      almost({ latchkey: 1, id: 1, result: { session, record } }, values, { names }),
      almost({ latchkey: 1, id: 1, error }, values, { names }),
      hostileMessage,
    ),
  },
  (said) => {
    const read = parseVaultMessage(said)
    if (!read) return
    must(typeof read.latchkey === 'number', 'it has a version')
    if ('id' in read && typeof read.id === 'number') return
    must('change' in read && isSessionRecord(read.record), 'it is news of how the session stands')
    must(
      changes.some(({ type }) => type === read.change.type),
      'it is a change that a page knows',
    )
  },
)

const settings = parseOptions({
  issuer: 'https://id.example',
  clientId: 'app',
  redirectUri: '/callback',
  vault: { worker: () => undefined as never },
})

interface Answering {
  readonly method: string
  readonly answer: unknown
  readonly news: readonly unknown[]
}
const answering: fc.Arbitrary<Answering> = fc.constantFrom(...Object.keys(results)).chain((method) =>
  fc.record({
    method: fc.constant(method),
    answer: fc.oneof(
      almost({ result: results[method] }, values, {
        names: [...names, 'accessToken', 'expiresAt', 'epoch', 'url'],
      }),
      almost({ error }, values, { names }),
    ),
    news: fc.array(news, { maxLength: 2 }),
  }),
)

itHolds(
  'makes a page throw nothing but errors of ours, and keeps nobody waiting, whatever the vault says',
  { of: 'vault-message', part: 0.1, inputs: answering },
  async ({ method, answer, news: told }) => {
    const platform = createFakePlatform()
    const port = {
      onmessage: undefined as ((event: { data: unknown }) => void) | undefined,
      close: () => undefined,
      postMessage(message: { id: number; method: string }) {
        const { id } = message
        const right = { result: results[message.method] }
        const said = message.method === method && typeof answer === 'object' ? answer : right
        queueMicrotask(() => port.onmessage?.({ data: { ...said, latchkey: 1, id } }))
      },
    }
    const line = createTabLine(() => undefined, 'i')
    const recordStore = createSessionRecordStore(platform.shared, 'record')
    const keeper = createVaultKeeper({
      settings: {
        ...settings,
        vault: { worker: () => ({ port, addEventListener: () => undefined }) as never, sealed: false },
      },
      platform,
      record: recordStore,
      line,
    })
    const attempt = async (run: () => Promise<unknown>): Promise<void> => {
      let isSettled = false
      const settled = settlesSafely(() =>
        run().catch((error: unknown) => {
          // Where there is no vault that can be talked to, the page goes on without.
          if (!(error instanceof VaultUnavailable)) throw error
        }),
      ).finally(() => {
        isSettled = true
      })
      await nextTurn()
      // Nobody waits longer than for a vault that has died.
      if (!isSettled) await platform.advance(15_000)
      await settled
    }
    const stop = keeper.start()
    await attempt(() => keeper.restore())
    for (const data of told) port.onmessage?.({ data })
    await attempt(() => keeper.getAccessToken())
    await attempt(() => keeper.getAccessToken({ forceRefresh: true }))
    await attempt(() => keeper.authorize({ redirectUri: 'r', scope: 's', statePrefix: 'p', extra: {} }))
    await attempt(() => keeper.identify('user_info'))
    await attempt(() => keeper.redeem(new URLSearchParams(), {} as never))
    platform.wake('visible')
    for (const data of told) port.onmessage?.({ data })
    await attempt(() => keeper.end({ postLogoutRedirectUri: undefined }))
    must(
      keeper.current() === undefined || method === 'end' || told.length > 0,
      'nobody is signed in after that',
    )
    must(isSessionRecord(recordStore.read()), 'the storage is in order')
    stop()
  },
)
