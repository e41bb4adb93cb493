import fc from 'fast-check'
import { createFakePlatform } from '../../test/fake-platform.ts'
import { almost, hostileMessage } from '../../test/fuzz/hostile.ts'
import { itHolds, must } from '../../test/fuzz/it-holds.ts'
import { settlesSafely } from '../../test/fuzz/settles-safely.ts'
import { hostedPageOf } from '../../test/hosted-page.ts'
import { nameInstance } from '../instance-id.ts'
import { storagePrefix } from '../storage-keys.ts'
import { composeHostedClient } from './hosted-client.ts'
import type { HostedOptions } from './hosted-options.ts'
import { parseHostMessage } from './parse-host-message.ts'

const issuer = 'https://id.example'
const prefix = storagePrefix(nameInstance(issuer, 'app', undefined))
const error = { name: 'NetworkError', code: 'timeout', message: 'Late.', status: 503, retryAfterSeconds: 1 }
const glance = { explanation: { sentence: 'Signed in.' }, authentication: { acr: 'gold' } }
const signedIn = { status: 'authenticated', reason: 'restored', user: { sub: 'alice' } }
const right = [
  { kind: 'welcome', latchkey: 1 },
  { kind: 'state', state: signedIn, who: '["alice"]', glance },
  { kind: 'state', state: { status: 'unauthenticated', reason: 'sign_in_failed', error }, glance },
  { kind: 'event', name: 'error', event: { error, during: 'login' }, glance },
  { kind: 'answer', id: 1, value: { returnTo: '/orders' }, glance },
  { kind: 'failure', id: 1, error, glance },
  { kind: 'go', how: 'assign', url: 'https://id.example/auth' },
  { kind: 'store', where: 'session', key: `${prefix}sign-in`, value: '{}' },
  { kind: 'frame', frame: 1, url: 'https://id.example/auth' },
  { kind: 'pong' },
  { kind: 'lost' },
]
/** What is no text, and is read as one where it is put into one; or cannot be. */
const looksRight = fc.constantFrom<unknown>(
  ...right.map(({ kind }) => [kind]),
  ['authenticated'],
  ['assign'],
  ['session'],
  { toString: 1, valueOf: 1 },
)
const values = fc.oneof(
  hostileMessage,
  looksRight,
  fc.constantFrom<unknown>('javascript:alert(1)', 'theme', `${prefix}x`, signedIn, error, glance),
)
const names = ['kind', 'state', 'status', 'error', 'glance', 'id', 'how', 'where', 'key', 'url']
const message = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...right).chain((one) => almost(one, values, { names })) },
  { weight: 1, arbitrary: hostileMessage },
)

/** What a page does by what it has read. */
function mustBeHarmless(said: unknown): void {
  const read = parseHostMessage(said, prefix)
  if (!read) return
  must(
    right.some(({ kind }) => kind === read.kind),
    'it is one that a host says',
  )
  if (read.kind === 'state') {
    const { status, reason } = read.state
    must(
      ['loading', 'unauthenticated', 'authenticated', 'redirecting'].includes(status),
      'it is a state that there is',
    )
    must(typeof reason === 'string', 'for a reason')
  }
  if (read.kind === 'go') {
    must(['assign', 'leave', 'replace'].includes(read.how), 'it is a way to go')
    must(/^https?:/.test(read.url), 'to an address, and not to a script')
  }
  if (read.kind === 'store') {
    must(['session', 'shared'].includes(read.where), 'it is a place to store')
    must(read.key.startsWith(prefix), 'what is the client’s own')
  }
}

itHolds(
  'is read only where it has the form of what a host says',
  { of: 'host-message', part: 0.95, inputs: message },
  mustBeHarmless,
)

/** What it must not do, said as a host would say it. */
const forbidden = fc.constantFrom<object>(
  { kind: 'go', how: 'assign', url: 'javascript:alert(1)' },
  { kind: 'store', where: 'shared', key: 'theme', value: 'dark' },
  { kind: 'store', where: 'session', key: 'latchkey.of-another.sign-in', value: '{}' },
)
const methods = [
  'login',
  'requireSession',
  'handleCallback',
  'logout',
  'getAccessToken',
  'refreshUser',
] as const

itHolds(
  'makes a page throw nothing but errors of ours, keep nobody waiting, and touch nothing of others, whatever the host says',
  {
    of: 'host-message',
    part: 0.05,
    inputs: fc.record({
      method: fc.constantFrom(...methods),
      told: fc.array(fc.oneof(message, forbidden), { maxLength: 3 }),
      answer: fc.option(message),
    }),
  },
  async ({ method, told, answer }) => {
    const platform = createFakePlatform()
    // Once: whoever is lost again and again is looked for again and again.
    const hostile = [...told]
    let isAnswered = answer === null
    const stored = { session: platform.session.keys(), shared: platform.shared.keys() }
    function createWorker() {
      const port = {
        onmessage: undefined as ((event: { data: unknown }) => void) | undefined,
        close: () => undefined,
        postMessage({ kind, id }: { kind: string; id?: number }) {
          const say = (data: unknown): void => queueMicrotask(() => port.onmessage?.({ data }))
          if (kind === 'hello') {
            say({ kind: 'welcome', latchkey: 1 })
            for (const each of hostile.splice(0)) say(each)
          }
          if (kind === 'ping') say({ kind: 'pong' })
          if (kind !== 'call') return
          if (!isAnswered) say(answer)
          isAnswered = true
          say({ kind: 'failure', id, error, glance })
        },
      }
      return { port, addEventListener: () => undefined }
    }
    const auth = composeHostedClient(
      {
        issuer,
        clientId: 'app',
        redirectUri: '/callback',
        worker: createWorker,
        fallback: createWorker,
      } as unknown as HostedOptions,
      hostedPageOf(platform),
    )
    const stop = auth.start()
    const asked = settlesSafely(() => auth[method]() as Promise<unknown>)
    await platform.advance(60_000)
    await asked
    await settlesSafely(() => auth.ready())
    stop()
    must(
      platform.visited.every((url) => /^https?:/.test(url)),
      'it goes nowhere but to addresses',
    )
    const added = (['session', 'shared'] as const).flatMap((where) =>
      platform[where].keys().filter((key) => !stored[where].includes(key)),
    )
    must(
      added.every((key) => key.startsWith(prefix)),
      'it stores nothing but its own',
    )
  },
)
