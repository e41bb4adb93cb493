import fc from 'fast-check'
import { createFakeApp, type FakeApp, type Tab } from '../../test/fake-app.ts'
import { settle } from '../../test/fake-platform.ts'
import { createFakeProvider } from '../../test/fake-provider.ts'
import { almost, hostileMessage } from '../../test/fuzz/hostile.ts'
import { itHolds, must } from '../../test/fuzz/it-holds.ts'
import { settlesSafely } from '../../test/fuzz/settles-safely.ts'
import { storageKeys } from '../storage-keys.ts'

const bytes = new Uint8Array(12)
const buffer = new ArrayBuffer(65)
const messages = [
  { kind: 'signed_in', epoch: 1.5 },
  { kind: 'signed_out', epoch: 0.95 },
  { kind: 'signing_out', epoch: 0.95 },
  { kind: 'ended', epoch: 0.5, refreshes: 2, code: 'session_ended' },
  { kind: 'refresh_failed', epoch: 1.5, retryInMs: 800, code: 'timeout' },
  { kind: 'ask', ask: 'q', publicKey: buffer },
  { kind: 'answering', ask: 'q' },
  { kind: 'answer', ask: 'q', senderKey: buffer, iv: bytes, data: buffer },
  { kind: 'tokens', epoch: 1.5, iv: bytes, data: buffer },
  { kind: 'described', epoch: 1.5, iv: bytes, data: buffer },
  { kind: 'renewing', epoch: 1.5 },
  { kind: 'renewed', epoch: 1.5, refreshes: 2, rotation: 2 },
].map((message) => ({ latchkey: 1, ...message }))
const message = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .constantFrom(...messages)
      .chain((right) => almost(right, hostileMessage, { names: ['kind', 'epoch', 'refreshes', 'target'] })),
  },
  hostileMessage,
)

/** Anybody on the origin may say that a session is over: then it is. */
function mayEnd(said: unknown): boolean {
  const { kind } = (said ?? {}) as { kind?: unknown }
  return kind === 'signed_out' || kind === 'signing_out' || kind === 'ended'
}

function say({ browser }: FakeApp, all: readonly unknown[]): void {
  const name =
    browser.storage
      .keys()
      .find((key) => key.startsWith('latchkey.'))
      ?.split('.')[1] ?? ''
  must(storageKeys(name).record.startsWith(`latchkey.${name}.`), 'that is how the channel is named')
  const channel = browser.openChannel(`latchkey.${name}`, () => undefined)
  for (const each of all) channel?.post(each)
}

const provider = await createFakeProvider()

itHolds(
  'go on with their session, and tell nobody a token, whatever is said on their channel (TAB-01, TAB-02)',
  { of: 'tabs', inputs: fc.array(message, { minLength: 1, maxLength: 4 }) },
  async (all) => {
    const app = await createFakeApp({ provider })
    const tab: Tab = await app.signIn()
    const token = await tab.auth.getAccessToken()
    const from = app.browser.messages.length
    say(app, all)
    await settle()
    const outcome = await settlesSafely(() => tab.auth.getAccessToken(), [token])
    const { status } = tab.auth.getState()
    must(['authenticated', 'unauthenticated'].includes(status), 'it is decided')
    if (!all.some(mayEnd)) {
      must(status === 'authenticated', 'nobody is signed out by that')
      must('value' in outcome && outcome.value === token, 'the token is the same')
    }
    const told = app.browser.messages.slice(from).filter((each) => !all.includes(each))
    must(!fc.stringify(told).includes(token), 'no token is told')
    tab.close()
  },
)
