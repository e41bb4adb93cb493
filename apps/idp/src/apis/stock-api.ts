import type { Api } from './resource-server.ts'

/** It has tokens of its own (RFC 8707), and has never heard of DPoP. */
export const stockApi: Api = {
  name: 'Latchkey stock',
  scopes: { 'stock:read': 'See what is in stock' },
  schemes: ['Bearer'],
  endpoints: {
    'GET /stock': { scope: 'stock:read', answer: () => ({ body: { stock } }) },
  },
}

const stock = [
  { item: 'Brass key', quantity: 140 },
  { item: 'Door latch', quantity: 12 },
  { item: 'Key ring', quantity: 0 },
]
