import { afterEach, expect, it, vi } from 'vitest'
import { createBrowserPlatform } from './browser.ts'

afterEach(() => vi.unstubAllGlobals())

it('can be made on a server, where there is no page', () => {
  vi.stubGlobal('navigator', undefined)
  expect(createBrowserPlatform().page.exists()).toBe(false)
})
