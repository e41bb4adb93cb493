import { isAuthError, type SignInDemand } from '@latchkey/core'
import { reauthenticate, withStepUp } from '@latchkey/core/popup'
import { useState } from 'react'
import { deleteOrder } from '../api.ts'
import { auth } from '../auth.ts'
import { inPlainWords } from '../in-plain-words.ts'

/** For this the API wants a second step at the sign-in, not older than five minutes. */
export function DeleteOrder({ id }: { id: string }) {
  const [said, say] = useState<string>()
  const [blocked, setBlocked] = useState<SignInDemand>()

  async function remove() {
    say('One moment …')
    try {
      // Before anything is awaited: Safari lets a window open in the click itself alone.
      if (blocked) await reauthenticate(auth, blocked)
      setBlocked(undefined)
      await withStepUp(auth, () => deleteOrder(id))
      say(`Order ${id} is deleted.`)
    } catch (error) {
      if (isAuthError(error) && error.code === 'popup_blocked') setBlocked(error.demand)
      say(inPlainWords(error))
    }
  }

  return (
    <section className="card" aria-labelledby="delete-order">
      <h2 id="delete-order">Prove it is you, and delete</h2>
      <p>
        The API deletes orders only for whoever has just taken a second step at the sign-in. The app asks for
        it by a window when the API says so, and makes the call once more.
      </p>
      <p className="actions">
        <button type="button" className="primary" onClick={remove}>
          {blocked ? 'Try again' : `Delete order ${id}`}
        </button>
      </p>
      <p role="status">{said}</p>
    </section>
  )
}
