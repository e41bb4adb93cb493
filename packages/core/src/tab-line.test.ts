import { describe, expect, it } from 'vitest'
import { createFakeBrowser, type FakeBrowser } from '../test/fake-browser.ts'
import { turns } from '../test/manual-clock.ts'
import { createTabLine, type TabLine } from './tab-line.ts'

/** A tab that listens, and what it heard. */
function createListener(browser: FakeBrowser, instanceId = 'app'): { line: TabLine; heard: unknown[] } {
  const line = createTabLine(browser.openChannel, instanceId)
  const heard: unknown[] = []
  line.onMessage((message) => heard.push(message))
  line.hold()
  return { line, heard }
}

describe('a line between tabs', () => {
  it('carries what one tab tells to the others', async () => {
    const browser = createFakeBrowser()
    const { heard } = createListener(browser)
    createTabLine(browser.openChannel, 'app').tell({ kind: 'renew', epoch: 1.5, refreshes: 2 })
    await turns()
    expect(heard).toEqual([{ kind: 'renew', epoch: 1.5, refreshes: 2 }])
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
    const heard: unknown[] = []
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
  ])('does not hear what is %s', async (_what, message) => {
    const browser = createFakeBrowser()
    const { heard } = createListener(browser)
    browser.openChannel('latchkey.app', () => undefined)?.post(message)
    await turns()
    expect(heard).toEqual([])
  })

  it.each<[what: string, message: unknown]>([
    ['another message', { latchkey: 1, kind: 'signed_out', epoch: 9.95 }],
    ['a message of another version', { latchkey: 2, kind: 'signed_in', epoch: 9.5 }],
    ['one without its epoch', { latchkey: 1, kind: 'signed_in' }],
    ['one of text for an epoch', { latchkey: 1, kind: 'signed_in', epoch: '9.5' }],
    ['one of an endless epoch', { latchkey: 1, kind: 'signed_in', epoch: Number.POSITIVE_INFINITY }],
  ])('takes no notice of %s for a sign-in', async (_what, message) => {
    const browser = createFakeBrowser()
    const { line } = createListener(browser)
    const epochs: number[] = []
    line.onSignIn((epoch) => epochs.push(epoch))
    const channel = browser.openChannel('latchkey.app', () => undefined)
    channel?.post(message)
    channel?.post({ latchkey: 1, kind: 'signed_in', epoch: 3.5 })
    await turns()
    expect(epochs).toEqual([3.5])
  })
})
