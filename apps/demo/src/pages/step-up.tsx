import { Page } from '../layout/page.tsx'
import { ChangeableOrders } from '../step-up/changeable-orders.tsx'
import { useWishes } from '../step-up/use-wishes.ts'

/** An API that wants more of the person for some things, and says how much (RFC 6750, RFC 9470). */
export function StepUp() {
  const { orders, said, problem, ask, isBusy } = useWishes()
  return (
    <Page title="Step-up">
      <p>
        Whoever is signed in may see the orders. To <strong>place</strong> one, the API wants a scope that
        this app did not ask for. To <strong>delete</strong> one, it wants a second step at the sign-in, not
        older than five minutes. Either way its refusal says what is missing, the app passes that on to{' '}
        <code>login(error.demand)</code>, and what you wanted is done when you are back.
      </p>
      <p className="actions">
        <button type="button" className="primary" aria-disabled={isBusy} onClick={() => ask({ do: 'place' })}>
          Place an order
        </button>
      </p>
      <div role="status">
        {problem && <p className="notice">{problem}</p>}
        {said && <p>{said}</p>}
      </div>
      {orders && (
        <ChangeableOrders orders={orders} isBusy={isBusy} onDelete={(id) => ask({ do: 'delete', id })} />
      )}
    </Page>
  )
}
