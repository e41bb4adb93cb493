import { useActionState } from 'react'
import { getCaller, getOrders } from '../api.ts'
import { inPlainWords } from '../in-plain-words.ts'
import { AskButton } from '../layout/ask-button.tsx'
import { Page } from '../layout/page.tsx'
import { CallerFacts } from '../orders/caller-facts.tsx'
import { OrderTable } from '../orders/order-table.tsx'

export function Orders() {
  const [answer, callApi, isCalling] = useActionState(askApi, undefined)
  return (
    <Page title="Orders">
      <p>
        The API wants an access token. The app calls it by <code>auth.fetch</code>, which adds one that is
        good now; the code of this page never sees it.
      </p>
      <p className="actions">
        <AskButton isAsking={isCalling} ask={callApi}>
          Call the API
        </AskButton>
      </p>
      <div role="status">
        {answer?.problem && <p className="notice">{answer.problem}</p>}
        {answer?.orders && <p>The API answered, with {answer.orders.length} orders.</p>}
      </div>
      {answer?.orders && <OrderTable orders={answer.orders} />}
      {answer?.caller && <CallerFacts caller={answer.caller} />}
    </Page>
  )
}

/** Both calls need a token. Should it have to be refreshed, that happens once. */
async function askApi() {
  try {
    const [orders, caller] = await Promise.all([getOrders(), getCaller()])
    return { orders, caller }
  } catch (error) {
    return { problem: inPlainWords(error) }
  }
}
