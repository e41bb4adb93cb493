import fc from 'fast-check'
import { createFakePlatform } from '../../test/fake-platform.ts'
import { almost, hostileMessage } from '../../test/fuzz/hostile.ts'
import { itHolds, must } from '../../test/fuzz/it-holds.ts'
import { createHostedWorker } from '../../test/hosted-worker.ts'
import { pageView as view } from '../../test/page-view.ts'
import { parseHostMessage } from '../hosted/parse-host-message.ts'
import { nameInstance } from '../instance-id.ts'
import { storagePrefix } from '../storage-keys.ts'
import { parsePageMessage } from './parse-page-message.ts'
import type { HostPort } from './serve-client.ts'

const options = { issuer: 'https://id.example', clientId: 'app', redirectUri: '/callback' }
const prefix = storagePrefix(nameInstance(options.issuer, options.clientId, undefined))
const hello = { latchkey: 1, kind: 'hello', options, view, session: [['key', 'value']], shared: [] }
const right = [
  hello,
  { latchkey: 1, kind: 'call', id: 1, method: 'login', param: { returnTo: '/' }, view, who: '["alice"]' },
  { latchkey: 1, kind: 'call', id: 2, method: 'getAccessToken', param: { forceRefresh: true }, view },
  { latchkey: 1, kind: 'call', id: 3, method: 'handleCallback', param: 'https://app.example/callback', view },
  { latchkey: 1, kind: 'abort', id: 1 },
  { latchkey: 1, kind: 'start' },
  { latchkey: 1, kind: 'stop' },
  { latchkey: 1, kind: 'ping' },
  { latchkey: 1, kind: 'life', type: 'pageshow', persisted: true, view },
  { latchkey: 1, kind: 'stored', key: `${prefix}session`, value: '[1]' },
  { latchkey: 1, kind: 'said', frame: 1, message: { latchkey: 'silent-callback', url: '/' } },
]
const methods = ['login', 'register', 'requireSession', 'logout', 'refreshUser', 'ready', 'toString']
const values = fc.oneof(hostileMessage, fc.constantFrom<unknown>(...methods, view, options, ['call']))
const names = ['kind', 'method', 'param', 'view', 'id', 'who', 'options', 'session', 'shared', 'problem']
/** Where the page is, said where nobody looks for it. */
const astray = fc.constantFrom<object>(
  { latchkey: 1, kind: 'ping', view: 'nowhere' },
  { latchkey: 1, kind: 'stop', view: { href: 'nowhere' } },
)
const message = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...right).chain((one) => almost(one, values, { names })) },
  { weight: 1, arbitrary: hostileMessage },
)

itHolds(
  'is read only where it has the form of what a page says',
  { of: 'page-message', part: 0.95, inputs: message },
  (said) => {
    const read = parsePageMessage(said)
    if (!read) return
    must(typeof read.latchkey === 'number', 'it has a version')
    must(
      right.some(({ kind }) => kind === read.kind),
      'it is one that a page says',
    )
    const saysWhere = read.kind === 'hello' || read.kind === 'call' || read.kind === 'life'
    must(!saysWhere || typeof read.view.href === 'string', 'it says where the page is')
    must(read.kind !== 'call' || typeof read.id === 'number', 'it can be answered')
  },
)

itHolds(
  'brings a page answers that it can read, with errors of ours, whatever it says',
  {
    of: 'page-message',
    part: 0.05,
    inputs: fc.tuple(
      fc.boolean(),
      fc.array(fc.oneof({ weight: 4, arbitrary: message }, astray), { minLength: 1, maxLength: 4 }),
    ),
  },
  async ([saysHello, all]) => {
    const platform = createFakePlatform({ fetch: async () => new Response('') })
    const heard: unknown[] = []
    const listeners: ((event: unknown) => void)[] = []
    createHostedWorker(platform).serve({
      addEventListener: (type: string, listener: (event: unknown) => void) =>
        type === 'message' && listeners.push(listener),
      postMessage: (said: unknown) => void heard.push(said),
    } as unknown as HostPort)
    for (const data of saysHello ? [hello, ...all] : all) {
      for (const listener of listeners) listener({ data, ports: [] })
    }
    await platform.advance(60_000)
    for (const said of heard) {
      // What it stores, it stores by the name of the client that was asked for.
      const read = parseHostMessage(said, 'latchkey.')
      must(read !== undefined, 'a page can read it')
      must(read.kind !== 'failure' || read.error.code !== '', 'its errors are ours')
    }
  },
)
