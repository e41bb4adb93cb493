import { describe, expect, it } from 'vitest'
import { type PopupOptions, parsePopupOptions } from './popup-options.ts'

const wrong = (options: unknown) => () => parsePopupOptions(options as PopupOptions)
const invalid = (name: string): unknown =>
  expect.objectContaining({ code: 'invalid_option', message: expect.stringContaining(`"${name}"`) })

describe('the options of a sign-in in a window', () => {
  it('are its size, with what is left out as by default, and its time', () => {
    expect(parsePopupOptions({})).toEqual({
      size: { width: 480, height: 640 },
      timeoutMs: 600_000,
      login: {},
    })
    expect(parsePopupOptions({ window: { width: 100 }, timeoutSeconds: 3600 })).toMatchObject({
      size: { width: 100, height: 640 },
      timeoutMs: 3_600_000,
    })
    expect(parsePopupOptions({ window: { height: 900 }, timeoutSeconds: 0.5 })).toMatchObject({
      size: { width: 480, height: 900 },
      timeoutMs: 500,
    })
  })

  it('are for the rest those of login(), and nothing of the window is asked of the provider', () => {
    const options = { signal: new AbortController().signal, window: {}, timeoutSeconds: 60 }
    expect(parsePopupOptions({ ...options, prompt: 'login' }).login).toEqual({ prompt: 'login' })
  })

  it.each([0, -1, 3601, Number.NaN, Number.POSITIVE_INFINITY, '60', null])(
    'have no time of %j seconds',
    (timeoutSeconds) => {
      expect(wrong({ timeoutSeconds })).toThrow(invalid('timeoutSeconds'))
    },
  )

  it.each([99, -480, 100.5, Number.NaN, Number.POSITIVE_INFINITY, '480', null, undefined])(
    'have no window of %j pixels',
    (pixels) => {
      expect(wrong({ window: { width: pixels } })).toThrow(invalid('window.width'))
      expect(wrong({ window: { height: pixels } })).toThrow(invalid('window.height'))
    },
  )

  it('know no other side of a window, and say which they know', () => {
    expect(wrong({ window: { left: 100 } })).toThrow(invalid('window.left'))
    expect(wrong({ window: { left: 100 } })).toThrow('Known: width, height')
  })

  it.each(['returnTo', 'appState'])('have no %s: nobody leaves the page', (name) => {
    expect(wrong({ [name]: '/' })).toThrow(invalid(name))
    expect(wrong({ [name]: '/' })).toThrow('login()')
  })
})
