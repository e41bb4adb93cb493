import { isAuthError } from '@latchkey/core'
import { ApiError } from './api-error.ts'
import { auth } from './auth.ts'
import { configuration } from './configuration.ts'

export interface Order {
  readonly id: string
  readonly item: string
  readonly quantity: number
  readonly total: string
  readonly placedOn: string
}

/** What the API reads out of the access token that it is sent. */
export interface Caller {
  readonly subject: string
  readonly name?: string
  readonly clientId: string
  readonly scope: string
  readonly expiresAt: string
}

export async function getOrders(): Promise<readonly Order[]> {
  const { orders } = await get<{ readonly orders: readonly Order[] }>('/orders')
  return orders
}

export function getCaller(): Promise<Caller> {
  return get<Caller>('/me')
}

/** The API wants a scope for it that the app does not ask for at the sign-in. */
export async function placeOrder(): Promise<void> {
  await call('/orders', { method: 'POST' })
}

/** The API wants a sign-in in two steps for it (RFC 9470). */
export async function deleteOrder(id: string): Promise<void> {
  await call(`/orders/${encodeURIComponent(id)}`, { method: 'DELETE' })
}

async function get<T>(path: string): Promise<T> {
  const response = await call(path)
  return response.json()
}

/**
 * Asks the API with a token that is good now. The SDK adds it: no code of this app ever holds one.
 *
 * @throws {AuthError} there is no such token, so the API was not asked; or it wants more of the person
 * @throws {ApiError} the API did not answer, or refused
 */
async function call(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await auth.fetch(configuration.apiUrl + path, init).catch((cause: unknown) => {
    throw isAuthError(cause) ? cause : new ApiError(`${path} could not be reached`, { cause })
  })
  if (!response.ok) throw new ApiError(`${path} answered ${response.status}`, { status: response.status })
  return response
}
