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

/**
 * Asks the API with a token that is good now. The SDK adds it: no code of this app ever holds one.
 *
 * @throws {AuthError} there is no such token, so the API was not asked
 * @throws {ApiError} the API did not answer, or refused
 */
async function get<T>(path: string): Promise<T> {
  const response = await auth.fetch(configuration.apiUrl + path).catch((cause: unknown) => {
    throw isAuthError(cause) ? cause : new ApiError(`${path} could not be reached`, { cause })
  })
  if (!response.ok) throw new ApiError(`${path} answered ${response.status}`, { status: response.status })
  return response.json()
}
