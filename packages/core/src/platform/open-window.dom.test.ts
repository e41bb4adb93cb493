// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest'
import { openBrowserWindow } from './open-window.ts'

const size = { width: 480, height: 640 }

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** A window as a browser would hand it out. */
function stubOpen(properties: object = {}): {
  opened: { closed: boolean; opener: unknown; location: unknown; focus: unknown }
  replace: ReturnType<typeof vi.fn>
  open: ReturnType<typeof vi.spyOn>
} {
  const replace = vi.fn()
  const opened = {
    closed: false,
    opener: window as unknown,
    location: { replace, href: 'about:blank' } as unknown,
    focus: vi.fn(),
    close: vi.fn(),
    ...properties,
  }
  const open = vi.spyOn(window, 'open').mockReturnValue(opened as never)
  return { opened, replace, open }
}

it('opens an empty window of that size', () => {
  const { open } = stubOpen()
  expect(openBrowserWindow(size)).toBeDefined()
  expect(open).toHaveBeenCalledExactlyOnceWith(
    'about:blank',
    '_blank',
    expect.stringMatching(/^popup,width=480,height=640,left=-?\d+,top=-?\d+$/),
  )
})

it('opens it over the middle of the page’s own window, on whichever screen that is', () => {
  const { open } = stubOpen()
  const own = { screenX: -1500, screenY: 100, outerWidth: 1280, outerHeight: 801 }
  for (const [name, value] of Object.entries(own)) vi.stubGlobal(name, value)
  openBrowserWindow(size)
  expect(open.mock.calls[0]?.[2]).toMatch(/,left=-1100,top=181$/)
})

it.each([
  ['nothing', null],
  ['a window that is closed already', { closed: true }],
])('gives nothing where a blocker gives %s', (_, given) => {
  vi.spyOn(window, 'open').mockReturnValue(given as never)
  expect(openBrowserWindow(size)).toBeUndefined()
})

it('sends it on in place of the empty page, and takes this page out of its reach unless told otherwise', () => {
  const { opened, replace } = stubOpen()
  const held = openBrowserWindow(size)
  held?.go('https://id.example/authorize', { keepOpener: true })
  expect(opened.opener).toBe(window)
  held?.go('https://id.example/authorize', { keepOpener: false })
  expect(opened.opener).toBeNull()
  expect(replace.mock.calls).toEqual([['https://id.example/authorize'], ['https://id.example/authorize']])
})

it('tells where it is', () => {
  const { opened } = stubOpen()
  const held = openBrowserWindow(size)
  expect(held?.whereabouts()).toBe('here')
  opened.location = {
    get href(): string {
      throw new DOMException('Blocked a frame from accessing a cross-origin frame.', 'SecurityError')
    },
  }
  expect(held?.whereabouts()).toBe('away')
  // As some browsers have it, in place of throwing.
  opened.location = {}
  expect(held?.whereabouts()).toBe('away')
  opened.closed = true
  expect(held?.whereabouts()).toBe('gone')
})

it('tells where the person is, until it is closed', () => {
  stubOpen()
  const held = openBrowserWindow(size)
  const hasFocus = vi.spyOn(document, 'hasFocus').mockReturnValue(true)
  expect(held?.attention()).toBe('here')
  hasFocus.mockReturnValue(false)
  expect(held?.attention()).toBe('elsewhere')
  hasFocus.mockReturnValue(true)
  dispatchEvent(new Event('focus'))
  expect(held?.attention()).toBe('back')
  const another = openBrowserWindow(size)
  another?.close()
  dispatchEvent(new Event('focus'))
  expect(another?.attention()).toBe('here')
})

it('is brought to the front', () => {
  const { opened } = stubOpen()
  openBrowserWindow(size)?.focus()
  expect(opened.focus).toHaveBeenCalledOnce()
})

it('hears what the window says, of this origin only, and nothing once it is closed (POP-04)', () => {
  const { opened } = stubOpen()
  const held = openBrowserWindow(size)
  const heard: unknown[] = []
  held?.onMessage((message) => heard.push(message))
  const say = (data: string, source: unknown, origin: string): boolean =>
    dispatchEvent(Object.assign(new Event('message'), { data, source, origin }))
  say('of another window', window, location.origin)
  say('of another origin', opened, 'https://evil.example')
  say('of the window', opened, location.origin)
  held?.close()
  say('too late', opened, location.origin)
  expect(heard).toEqual(['of the window'])
})
