import type { Api } from './resource-server.ts'

/** It takes no token but one that is bound to a key, with a fresh nonce in each proof (RFC 9449). */
export const paymentsApi: Api = {
  name: 'Latchkey payments',
  scopes: { 'payments:read': 'See what you have paid' },
  schemes: ['DPoP'],
  endpoints: {
    'GET /payments': { scope: 'payments:read', answer: () => ({ body: { payments } }) },
  },
}

const payments = [
  { id: 'P-1', payee: 'Brass Works', amount: '60.50 EUR', paidOn: '2026-05-18' },
  { id: 'P-2', payee: 'Ring Factory', amount: '12.25 EUR', paidOn: '2026-08-31' },
]
