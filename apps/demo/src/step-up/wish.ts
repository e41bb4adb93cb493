import { SignInRequiredError } from '@latchkey/core'
import { deleteOrder, placeOrder } from '../api.ts'
import { auth } from '../auth.ts'

/** What somebody wants of the API. It goes along to the provider and back, so that nobody has to say it twice. */
export type Wish = { readonly do: 'place' } | { readonly do: 'delete'; readonly id: string }

/**
 * Does it, and says so. Where the API wants more scope or a stronger sign-in, leaves for the provider with what
 * `error.demand` asks for; the page that comes back has the wish in its history entry.
 *
 * @returns undefined where the page is being left
 * @throws {AuthError | ApiError} why it cannot be done
 */
export async function fulfil(wish: Wish): Promise<string | undefined> {
  try {
    return await (wish.do === 'place' ? place() : remove(wish.id))
  } catch (error) {
    if (!(error instanceof SignInRequiredError) || !error.demand) throw error
    await auth.login({ ...error.demand, returnTo: '/step-up', appState: wish })
    return undefined
  }
}

async function place(): Promise<string> {
  await placeOrder()
  return 'Your order is placed.'
}

async function remove(id: string): Promise<string> {
  await deleteOrder(id)
  return `Order ${id} is deleted.`
}

/** What a history entry holds may be older than this code. */
export function isWish(value: unknown): value is Wish {
  const { do: what, id } = (value ?? {}) as Record<string, unknown>
  return what === 'place' || (what === 'delete' && typeof id === 'string')
}
