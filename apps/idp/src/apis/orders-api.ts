import { acrOfTwoSteps } from '../authentication-context.ts'
import { scopes } from '../scopes.ts'
import type { Api } from './resource-server.ts'

/** What an app calls once somebody has signed in. Its tokens are those of a sign-in that names no resource. */
export function createOrdersApi(): Api & { reset(): void } {
  let orders: readonly Order[] = someOrders
  let placed = orders.length
  const inPlainWords = Object.entries(scopes).map(([name, scope]) => [name, scope.inPlainWords])

  return {
    name: 'Latchkey orders',
    scopes: { ...Object.fromEntries(inPlainWords), 'orders:write': 'Place orders in your name' },
    schemes: ['Bearer', 'DPoP'],
    reset() {
      orders = someOrders
    },
    endpoints: {
      'GET /orders': { answer: () => ({ body: { orders } }) },
      'POST /orders': {
        scope: 'orders:write',
        answer() {
          placed += 1
          const order = { ...brassKeys, id: `A-${1000 + placed}` }
          orders = [...orders, order]
          return { status: 201, body: order }
        },
      },
      'DELETE /orders/*': {
        demand: { acrValues: [acrOfTwoSteps], maxAgeSeconds: 300 },
        answer({ id }) {
          const left = orders.filter((order) => order.id !== id)
          if (left.length === orders.length) return { status: 404, body: { error: 'not_found' } }
          orders = left
          return { status: 204 }
        },
      },
    },
  }
}

interface Order {
  readonly id: string
  readonly item: string
  readonly quantity: number
  readonly total: string
  readonly placedOn: string
}

const brassKeys = {
  id: 'A-1001',
  item: 'Brass key',
  quantity: 2,
  total: '18.00 EUR',
  placedOn: '2026-03-02',
}

const someOrders: readonly Order[] = [
  brassKeys,
  { id: 'A-1002', item: 'Door latch', quantity: 1, total: '42.50 EUR', placedOn: '2026-05-17' },
  { id: 'A-1003', item: 'Key ring', quantity: 5, total: '12.25 EUR', placedOn: '2026-08-30' },
]
