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

export interface StockItem {
  readonly item: string
  readonly quantity: number
}

/** What an API reads out of the access token that it is sent. */
export interface Caller {
  readonly subject: string
  readonly name?: string
  readonly clientId: string
  readonly scope: string
  readonly expiresAt: string
  /** What the person has allowed in detail (RFC 9396). */
  readonly authorizationDetails?: readonly Payment[]
}

export interface Payment {
  readonly payee: string
  readonly amount: string
}

export async function getOrders(): Promise<readonly Order[]> {
  const { orders } = await get<{ readonly orders: readonly Order[] }>('/orders')
  return orders
}

/** @param apiUrl of the API that is asked. Default: that of the orders */
export function getCaller(apiUrl?: string): Promise<Caller> {
  return get<Caller>('/me', apiUrl)
}

/** It has a token of its own: see `resource` in auth.ts. */
export async function getStock(): Promise<readonly StockItem[]> {
  const { stock } = await get<{ readonly stock: readonly StockItem[] }>('/stock', configuration.stockUrl)
  return stock
}

/** It takes tokens that are bound to a key, and no others (RFC 9449): see `binding` in auth.ts. */
export async function getPayments(): Promise<readonly Payment[]> {
  const { payments } = await get<{ readonly payments: readonly Payment[] }>(
    '/payments',
    configuration.paymentsUrl,
  )
  return payments
}

/** The API wants a scope for it that the app does not ask for at the sign-in. */
export async function placeOrder(): Promise<void> {
  await call(`${configuration.apiUrl}/orders`, { method: 'POST' })
}

/** The API wants a sign-in in two steps for it (RFC 9470). */
export async function deleteOrder(id: string): Promise<void> {
  await call(`${configuration.apiUrl}/orders/${encodeURIComponent(id)}`, { method: 'DELETE' })
}

async function get<T>(path: string, apiUrl: string = configuration.apiUrl): Promise<T> {
  const response = await call(apiUrl + path)
  return response.json()
}

/**
 * Asks an API with a token that is good now. The SDK adds it: no code of this app ever holds one.
 *
 * @throws {AuthError} there is no such token, so the API was not asked; or it wants more of the person
 * @throws {ApiError} the API did not answer, or refused
 */
async function call(url: string, init: RequestInit = {}): Promise<Response> {
  const { pathname } = new URL(url)
  const response = await auth.fetch(url, init).catch((cause: unknown) => {
    throw isAuthError(cause) ? cause : new ApiError(`${pathname} could not be reached`, { cause })
  })
  if (!response.ok) {
    throw new ApiError(`${pathname} answered ${response.status}`, { status: response.status })
  }
  return response
}
