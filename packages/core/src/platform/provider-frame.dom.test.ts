// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest'
import type { ProviderFrame } from './ports.ts'
import { openProviderFrame } from './provider-frame.ts'

afterEach(() => vi.restoreAllMocks())

interface Opened {
  readonly frame: ProviderFrame
  readonly element: HTMLIFrameElement
  readonly heard: unknown[]
  /** What was posted into the frame, and for whom. */
  readonly postMessage: ReturnType<typeof vi.fn>
  readonly inside: object
}

function opened(): Opened {
  const heard: unknown[] = []
  // Where it is not appended, happy-dom does not say on the console that it loads nothing.
  const append = vi.spyOn(document.body, 'append').mockImplementation(() => undefined)
  const frame = openProviderFrame('https://id.example:8443/check?x=1', (message) => heard.push(message))
  const element = append.mock.calls.at(-1)?.[0]
  if (!(element instanceof HTMLIFrameElement)) throw new Error('No frame.')
  const postMessage = vi.fn()
  const inside = { postMessage }
  Object.defineProperty(element, 'contentWindow', { value: inside, configurable: true })
  return { frame, element, heard, postMessage, inside }
}

/** A message event as the browser makes it (HTML §9.3). */
function say(source: unknown, origin: string, data: unknown): void {
  window.dispatchEvent(Object.assign(new Event('message'), { source, origin, data }))
}

it('is not seen, and has a name all the same', () => {
  const { element } = opened()
  expect([element.hidden, element.src]).toEqual([true, 'https://id.example:8443/check?x=1'])
  expect(element.title).not.toBe('')
})

it('talks to the page’s own origin, and not before it is there', () => {
  const { frame, element, postMessage } = opened()
  frame.post('first')
  frame.post('second')
  expect(postMessage).not.toHaveBeenCalled()
  element.dispatchEvent(new Event('load'))
  frame.post('third')
  const posted = [
    ['second', 'https://id.example:8443'],
    ['third', 'https://id.example:8443'],
  ]
  expect(postMessage.mock.calls).toEqual(posted)
  element.dispatchEvent(new Event('load'))
  expect(postMessage.mock.calls).toEqual(posted)
})

it('neither talks nor hears while it has no window', () => {
  const { frame, element, heard } = opened()
  element.dispatchEvent(new Event('load'))
  Object.defineProperty(element, 'contentWindow', { value: null })
  say(null, 'https://id.example:8443', 'of nobody')
  expect(heard).toEqual([])
  expect(() => frame.post('into nothing')).not.toThrow()
})

it('hears this frame and that origin alone, until it is closed', () => {
  const { frame, element, heard, inside } = opened()
  const { inside: another } = opened()
  say(another, 'https://id.example:8443', 'of another frame')
  say(window, 'https://id.example:8443', 'of the page')
  say(null, 'https://id.example:8443', 'of nobody')
  say(inside, 'https://id.example', 'of another port')
  say(inside, location.origin, 'of the app')
  say(inside, 'null', 'of a sandbox')
  expect(heard).toEqual([])
  say(inside, 'https://id.example:8443', 'unchanged')
  const remove = vi.spyOn(element, 'remove')
  frame.close()
  say(inside, 'https://id.example:8443', 'changed')
  expect(heard).toEqual(['unchanged'])
  expect(remove).toHaveBeenCalledOnce()
})
