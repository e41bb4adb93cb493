import type { TestAuth } from '@latchkey/testing'
import { useState } from 'react'

const controls: readonly (readonly [name: string, act: (auth: TestAuth) => void])[] = [
  ['signIn()', (auth) => auth.signIn()],
  ['failSignIn()', (auth) => auth.failSignIn()],
  ['comeBack()', (auth) => auth.comeBack()],
  ['signOut()', (auth) => auth.signOut()],
  ['signOutElsewhere()', (auth) => auth.signOutElsewhere()],
  ['signInElsewhere(user)', (auth) => auth.signInElsewhere({ sub: 'theo', name: 'Theo Tabb' })],
  ['expire()', (auth) => auth.expire()],
  ['failNextRefresh()', (auth) => auth.failNextRefresh()],
  ['endSession()', (auth) => auth.endSession()],
  ['advance(300_000)', (auth) => auth.advance(300_000)],
  ['startLoading()', (auth) => auth.startLoading()],
  ['settle()', (auth) => auth.settle()],
]

/** The test’s hand. What cannot happen throws, so that no test passes by accident: here it is said instead. */
export function Hand({ auth }: { auth: TestAuth }) {
  const [said, say] = useState('')

  function drive(act: (auth: TestAuth) => void): void {
    try {
      act(auth)
      say('')
    } catch (error) {
      say((error as Error).message)
    }
  }

  return (
    <section className="card stack" aria-labelledby="hand">
      <h2 id="hand">What the test does</h2>
      <p className="actions">
        {controls.map(([name, act]) => (
          <button key={name} type="button" onClick={() => drive(act)}>
            <code>{name}</code>
          </button>
        ))}
      </p>
      <p role="status">{said}</p>
    </section>
  )
}
