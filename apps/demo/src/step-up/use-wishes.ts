import { startTransition, useActionState, useEffect, useRef } from 'react'
import { useLocation, useNavigate } from 'react-router-dom'
import { getOrders, type Order } from '../api.ts'
import { inPlainWords } from '../in-plain-words.ts'
import { fulfil, isWish, type Wish } from './wish.ts'

interface Outcome {
  readonly orders?: readonly Order[] | undefined
  readonly said?: string | undefined
  readonly problem?: string
}

/** The orders, and how to change them. A wish that somebody came back with from the provider is done at once. */
export function useWishes() {
  const { state } = useLocation()
  const navigate = useNavigate()
  const begun = useRef(false)
  const [outcome, act, isBusy] = useActionState(carryOut, {})

  useEffect(() => {
    if (begun.current) return
    begun.current = true
    const wish = isWish(state) ? state : undefined
    // Done once: a reload of the page must not do it again.
    if (wish) navigate('.', { replace: true, state: null })
    startTransition(() => act(wish))
  }, [state, navigate, act])

  return { ...outcome, ask: (wish: Wish) => startTransition(() => act(wish)), isBusy }
}

/** Where the page is being left, it shows what it showed. */
async function carryOut(before: Outcome, wish: Wish | undefined): Promise<Outcome> {
  try {
    const said = wish && (await fulfil(wish))
    if (wish && said === undefined) return before
    return { orders: await getOrders(), said }
  } catch (error) {
    return { orders: before.orders, problem: inPlainWords(error) }
  }
}
