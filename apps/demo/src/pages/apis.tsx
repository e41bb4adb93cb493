import { getOrders, getPayments, getStock } from '../api.ts'
import { ApiCard } from '../apis/api-card.tsx'
import { PayButton } from '../apis/pay-button.tsx'
import { areTokensBound } from '../are-tokens-bound.ts'
import { configuration } from '../configuration.ts'
import { Page } from '../layout/page.tsx'

/** Two APIs with different tokens, by one sign-in and one refresh token (RFC 8707). */
export function Apis() {
  return (
    <Page title="APIs">
      <p>
        Two APIs, and neither takes the other’s token. <code>auth.fetch</code> knows by the address which one
        to add. Both come from one refresh token, and stay side by side until they end.
      </p>
      <ApiCard
        name="Orders"
        url={configuration.apiUrl}
        about="Every sign-in of this app asks for it."
        ask={async () => `There are ${(await getOrders()).length} orders.`}
      />
      {areTokensBound() ? (
        <ApiCard
          name="Payments"
          url={configuration.paymentsUrl}
          about="Its tokens are bound to a key that nobody can read: whoever copies one has nothing."
          ask={async () => `There are ${(await getPayments()).length} payments.`}
        >
          <PayButton payee="Brass Works" amount="18.00 EUR" />
        </ApiCard>
      ) : (
        <ApiCard
          name="Stock"
          url={configuration.stockUrl}
          about="Asked for only once somebody needs it: until then there is no token for it."
          ask={async () => `There are ${(await getStock()).length} items.`}
        />
      )}
    </Page>
  )
}
