import { describe, expect, it } from 'vitest'
import { createFakeBrowser, type FakeBrowser } from '../test/fake-browser.ts'
import { turns } from '../test/manual-clock.ts'
import { createTabLine, type TabLine, type TabMessage } from './tab-line.ts'

const buffer = new ArrayBuffer(8)
const bytes = new Uint8Array(12)

const messages: TabMessage[] = [
  { kind: 'signed_in', epoch: 1.5 },
  { kind: 'signed_out', epoch: 1.95 },
  { kind: 'ended', epoch: 1.5, refreshes: 2, code: 'session_ended' },
  { kind: 'refresh_failed', epoch: 1.5, retryInMs: 800, code: 'timeout' },
  { kind: 'ask', ask: 'q', publicKey: buffer },
  { kind: 'answer', ask: 'q', senderKey: buffer, iv: bytes, data: buffer },
  { kind: 'tokens', epoch: 1.5, iv: bytes, data: buffer },
  { kind: 'renew', epoch: 1.5, refreshes: 2 },
]

/** A tab that listens, and what it heard. */
function createListener(browser: FakeBrowser, instanceId = 'app'): { line: TabLine; heard: TabMessage[] } {
  const line = createTabLine(browser.openChannel, instanceId)
  const heard: TabMessage[] = []
  line.onMessage((message) => heard.push(message))
  line.hold()
  return { line, heard }
}

describe('a line between tabs', () => {
  it.each(messages)('carries $kind', async (message) => {
    const browser = createFakeBrowser()
    const { heard } = createListener(browser)
    createTabLine(browser.openChannel, 'app').tell(message)
    await turns()
    expect(heard).toEqual([message])
  })

  it('does not bring back what was told from here', async () => {
    const { line, heard } = createListener(createFakeBrowser())
    line.tell({ kind: 'signed_in', epoch: 1 })
    await turns()
    expect(heard).toEqual([])
  })

  it('leads to no other instance', async () => {
    const browser = createFakeBrowser()
    const { heard } = createListener(browser, 'app')
    createTabLine(browser.openChannel, 'other').tell({ kind: 'signed_out', epoch: 9.95 })
    await turns()
    expect(heard).toEqual([])
  })

  it('is open while anybody holds it, however often one lets go', async () => {
    const browser = createFakeBrowser()
    const { line, heard } = createListener(browser)
    const release = line.hold()
    release()
    release()
    createTabLine(browser.openChannel, 'app').tell({ kind: 'signed_in', epoch: 1 })
    await turns()
    expect(heard).toHaveLength(1)
  })

  it('hears nothing once everybody has let go', async () => {
    const browser = createFakeBrowser()
    const line = createTabLine(browser.openChannel, 'app')
    const heard: TabMessage[] = []
    line.onMessage((message) => heard.push(message))
    const releases = [line.hold(), line.hold()]
    for (const release of releases) release()
    createTabLine(browser.openChannel, 'app').tell({ kind: 'signed_in', epoch: 1 })
    await turns()
    expect(heard).toEqual([])
  })

  it('says where there are no channels, and loses what is told without a word', () => {
    const browser = createFakeBrowser()
    const line = createTabLine(browser.openChannel, 'app')
    expect(line.exists()).toBe(true)
    browser.removeChannels()
    expect(line.exists()).toBe(false)
    expect(() => line.tell({ kind: 'signed_in', epoch: 1 })).not.toThrow()
  })

  it.each<[what: string, message: unknown]>([
    ['no object', 'signed_out'],
    ['null', null],
    ['nothing', undefined],
    ['a list', [1, 'signed_out']],
    ['from somebody else', { kind: 'signed_out', epoch: 9.95 }],
    ['of another version', { latchkey: 2, kind: 'signed_out', epoch: 9.95 }],
    ['of no kind', { latchkey: 1, epoch: 9.95 }],
    ['of an unknown kind', { latchkey: 1, kind: 'sign_out', epoch: 9.95 }],
    ['named like a part of every object', { latchkey: 1, kind: 'constructor' }],
    ['without its epoch', { latchkey: 1, kind: 'signed_out' }],
    ['of text for an epoch', { latchkey: 1, kind: 'signed_out', epoch: '9.95' }],
    ['of an epoch that is no number', { latchkey: 1, kind: 'signed_out', epoch: Number.NaN }],
    ['of an endless epoch', { latchkey: 1, kind: 'signed_out', epoch: Number.POSITIVE_INFINITY }],
    ['without a code', { latchkey: 1, kind: 'ended', epoch: 1, refreshes: 0 }],
    [
      'an endless wait',
      { latchkey: 1, kind: 'refresh_failed', epoch: 1, retryInMs: Infinity, code: 'timeout' },
    ],
    ['a question with a key that is text', { latchkey: 1, kind: 'ask', ask: 'q', publicKey: 'AAAA' }],
    ['an answer that is not sealed', { latchkey: 1, kind: 'answer', ask: 'q', data: buffer }],
    ['tokens in the clear', { latchkey: 1, kind: 'tokens', epoch: 1, iv: bytes, data: 'access' }],
  ])('does not hear what is %s', async (_what, message) => {
    const browser = createFakeBrowser()
    const { heard } = createListener(browser)
    browser.openChannel('latchkey.app', () => undefined)?.post(message)
    await turns()
    expect(heard).toEqual([])
  })
})
