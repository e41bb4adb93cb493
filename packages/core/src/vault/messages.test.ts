import { describe, expect, it } from 'vitest'
import { isUnanswered } from './messages.ts'

describe('what a page says to the vault', () => {
  it.each([
    ['that it is gone', 'bye', undefined],
    ['that nobody waits for a sign-in any more', 'give_up', { state: 's' }],
    ['that it is hidden', 'page', { isVisible: false }],
  ] as const)(
    'is not answered where it is %s: it may be on its way into the back/forward cache',
    (...said) => {
      const [, method, params] = said
      expect(isUnanswered(method, params)).toBe(true)
    },
  )

  it.each([
    ['that it is seen', 'page', { isVisible: true }],
    ['that it has woken up where nobody sees it', 'page', { isVisible: false, cause: 'resumed' }],
    ['who it is', 'hello', { isVisible: false }],
    ['whether the vault is there', 'ping', undefined],
    ['that it looks for its session', 'restore', {}],
  ] as const)('is answered where it is %s', (...said) => {
    const [, method, params] = said
    expect(isUnanswered(method, params)).toBe(false)
  })
})
