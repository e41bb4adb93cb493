import { auth } from '../auth.ts'

/** Asks to be allowed one payment and nothing else (RFC 9396). The provider shows the person which. */
export function PayButton({ payee, amount }: { payee: string; amount: string }) {
  const pay = () =>
    auth.login({ authorizationDetails: [{ type: 'payment', payee, amount }], returnTo: '/apis' })
  return (
    <button type="button" onClick={pay}>
      Pay {amount} to {payee}
    </button>
  )
}
