import type { AuthClient } from '@latchkey/core'
import type { JSHandle, Page } from '@playwright/test'

/** As much as is needed of what React keeps for an element. */
interface Fiber {
  readonly return: Fiber | null
  readonly memoizedProps: { readonly client?: AuthClient } | null
}

/** The client that the demo gave to <AuthProvider>, found as any script that runs in the page can find it. */
export function clientOf(page: Page): Promise<JSHandle<AuthClient>> {
  return page.evaluateHandle(findClient)
}

/** Runs in the page, so it brings along all that it needs. */
export function findClient(): AuthClient {
  const element = document.querySelector('header') as unknown as Record<string, Fiber>
  const key = Object.keys(element).find((name) => name.startsWith('__reactFiber$')) ?? ''
  for (let fiber: Fiber | null = element[key] ?? null; fiber; fiber = fiber.return) {
    const client = fiber.memoizedProps?.client
    if (client) return client
  }
  throw new Error('React does not keep its tree at the elements any more.')
}
