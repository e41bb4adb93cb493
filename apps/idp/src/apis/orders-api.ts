import type { Caller } from '../access-token.ts'
import { acrOfTwoSteps } from '../authentication-context.ts'
import { scopes } from '../scopes.ts'
import type { Api } from './resource-server.ts'

/** What an app calls once somebody has signed in. Its tokens are those of a sign-in that names no resource. */
export function createOrdersApi(): Api & { reset(): void } {
  let orders = ordersByPerson
  let placed = countOf(orders)
  const ordersOf = ({ subject }: Caller): readonly Order[] => orders.get(subject) ?? []
  const replaceOrdersOf = ({ subject }: Caller, own: readonly Order[]): void => {
    orders = new Map([...orders, [subject, own]])
  }
  const inPlainWords = Object.entries(scopes).map(([name, scope]) => [name, scope.inPlainWords])

  return {
    name: 'Latchkey orders',
    scopes: { ...Object.fromEntries(inPlainWords), 'orders:write': 'Place orders in your name' },
    schemes: ['Bearer', 'DPoP'],
    reset() {
      orders = ordersByPerson
      placed = countOf(orders)
    },
    endpoints: {
      'GET /orders': { answer: ({ caller }) => ({ body: { orders: ordersOf(caller) } }) },
      'POST /orders': {
        scope: 'orders:write',
        answer({ caller }) {
          placed += 1
          const order = { ...brassKeys, id: `A-${1000 + placed}`, placedOn: today() }
          replaceOrdersOf(caller, [...ordersOf(caller), order])
          return { status: 201, body: order }
        },
      },
      'DELETE /orders/*': {
        demand: { acrValues: [acrOfTwoSteps], maxAgeSeconds: 300 },
        answer({ caller, id }) {
          const own = ordersOf(caller)
          const left = own.filter((order) => order.id !== id)
          // What is somebody else's is not there either.
          if (left.length === own.length) return { status: 404, body: { error: 'not_found' } }
          replaceOrdersOf(caller, left)
          return { status: 204 }
        },
      },
    },
  }
}

/** As its APIs date everything: in UTC. */
function today(): string {
  return new Date().toISOString().slice(0, 10)
}

function countOf(orders: typeof ordersByPerson): number {
  return [...orders.values()].flat().length
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

/** By `sub`: Alice's and Bob's. Whoever is new has none. */
const ordersByPerson: ReadonlyMap<string, readonly Order[]> = new Map([
  [
    'user-1001',
    [
      brassKeys,
      { id: 'A-1002', item: 'Door latch', quantity: 1, total: '42.50 EUR', placedOn: '2026-05-17' },
      { id: 'A-1003', item: 'Key ring', quantity: 5, total: '12.25 EUR', placedOn: '2026-08-30' },
    ],
  ],
  [
    'user-1002',
    [
      { id: 'A-1004', item: 'Padlock', quantity: 3, total: '27.00 EUR', placedOn: '2026-04-11' },
      { id: 'A-1005', item: 'Spirit level', quantity: 1, total: '15.90 EUR', placedOn: '2026-07-23' },
    ],
  ],
])
