import type { AccessTokenRequest } from '../../src/keeper/keeper.ts'
import { type ClientWorld, personHeader } from './client-world.ts'
import type { SimulatedPage } from './simulated-page.ts'

/** What an app does with its client, each call watched until it settles. */
export interface ClientCalls {
  login(page: SimulatedPage): void
  logout(page: SimulatedPage, isLocal: boolean): void
  ready(page: SimulatedPage): void
  ask(page: SimulatedPage, request?: AccessTokenRequest): void
  /** Calls the app's API in the name of whoever the page shows. */
  fetch(page: SimulatedPage): void
}

const personOf = ({ auth }: SimulatedPage): string | undefined => auth.getState().user?.sub

/** Makes {@link ClientCalls}. */
export function createClientCalls({
  timeline,
  provider,
  options,
  invariants,
  violated,
  chance,
}: ClientWorld): ClientCalls {
  const { watch } = invariants
  return {
    login(page) {
      page.touch()
      const leaving = page.auth.login()
      invariants.clicked(page, leaving)
      watch(page, 'login', leaving).catch(() => undefined) // in the state
    },
    logout(page, isLocal) {
      page.touch()
      const leaving = page.auth.logout(isLocal ? { local: true } : {})
      invariants.clicked(page, leaving)
      if (page.auth.getState().user) {
        // A client that has yet to load its engine shows nobody anyway.
        violated(`page ${page.loop.number} shows somebody right after its sign-out (invariant 8)`)
      }
      void watch(page, 'logout', leaving)
    },
    ready: (page) => void watch(page, 'ready', page.auth.ready()),
    ask(page, request = {}) {
      const person = personOf(page)
      const sleeps = timeline.sleeps()
      const leave = new AbortController()
      if (chance.happens(0.1)) timeline.after(chance.between(0, 3000), () => leave.abort('left'))
      watch(page, 'getAccessToken', page.auth.getAccessToken({ ...request, signal: leave.signal })).then(
        (token) => {
          const who = `page ${page.loop.number}`
          const family = provider.familyOfToken(token)
          if (options.keeper === 'sealed') violated(`${who} was given a token by a sealed vault`)
          if (person !== undefined && family?.user !== person)
            violated(`${who} asked for ${person}'s token and got ${family?.user}'s`)
          const shown = personOf(page)
          if (shown !== undefined && family?.user !== shown)
            violated(`${who} shows ${shown} and was given ${family?.user}'s token`)
          const isExpired = provider.expiresAt(token) <= timeline.now().epochMs
          // Who sleeps again and again is not waited for.
          const isPlain = timeline.sleeps() - sleeps <= 1
          if (isExpired && isPlain) violated(`${who} was given an expired token`)
        },
        () => undefined, // looked at by whoever watches
      )
    },
    fetch(page) {
      const person = personOf(page)
      if (person === undefined) return
      const calling = page.auth.fetch('https://api.example/me', { headers: { [personHeader]: person } })
      // What the network does to a request is the app's, in whatever words `fetch` has for it.
      const told = calling.catch((error: unknown) => {
        if (!(error instanceof TypeError)) throw error
      })
      watch(page, 'fetch', told).catch(() => undefined)
    },
  }
}
