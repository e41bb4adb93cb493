import { expect, it } from 'vitest'
import { contextOptionsOf, type UseOptions } from './context-options.ts'

it('gives a context what a project says of browsers, and nothing else', () => {
  const use = {
    baseURL: 'http://localhost:5173',
    viewport: { width: 390, height: 844 },
    ignoreHTTPSErrors: true,
    storageState: 'consent.json',
    locale: 'de-DE',
    actionTimeout: 1000,
    testIdAttribute: 'data-qa',
  } satisfies UseOptions
  const { actionTimeout, testIdAttribute, ...ofContexts } = use
  expect(contextOptionsOf({ ...use, ...{ browserName: 'chromium', trace: 'on' } })).toEqual(ofContexts)
})

it('tells a viewport that is switched off from one that is not named', () => {
  expect(contextOptionsOf({ viewport: null })).toEqual({ viewport: null })
  expect(contextOptionsOf({})).toEqual({})
})

it('lets what has a name of its own go before the further options of contexts', () => {
  const contextOptions = { locale: 'fr-FR', reducedMotion: 'reduce' } as const
  expect(contextOptionsOf({ locale: 'de-DE', contextOptions })).toEqual({
    locale: 'de-DE',
    reducedMotion: 'reduce',
  })
})
