import { AskButton } from '../layout/ask-button.tsx'
import { Page } from '../layout/page.tsx'
import { OrderTable } from '../orders/order-table.tsx'
import { DeleteButton } from '../step-up/delete-button.tsx'
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
        <AskButton isAsking={isBusy} ask={() => ask({ do: 'place' })}>
          Place an order
        </AskButton>
      </p>
      <div role="status">
        {problem && <p className="notice">{problem}</p>}
        {said && <p>{said}</p>}
      </div>
      {orders && (
        <OrderTable
          orders={orders}
          last={{
            title: 'Change',
            cell: ({ id }) => (
              <DeleteButton id={id} isBusy={isBusy} onPress={() => ask({ do: 'delete', id })} />
            ),
          }}
        />
      )}
    </Page>
  )
}
