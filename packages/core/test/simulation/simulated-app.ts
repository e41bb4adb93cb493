import { type AuthClient, isAuthError } from '../../src/index.ts'
import type { Chance } from './chance.ts'
import type { ClientInvariants } from './client-invariants.ts'
import type { ClientWorldOptions } from './client-world-options.ts'
import type { SimulatedPage } from './simulated-page.ts'

/** What an app is in. */
export interface AppWorld {
  readonly options: ClientWorldOptions
  readonly origin: string
  readonly chance: Chance
  readonly invariants: ClientInvariants
}

/** Calls whatever is due where the page is: the callback, or a guard. */
export function route(world: AppWorld, page: SimulatedPage): void {
  const { pathname } = new URL(page.href())
  const { auth, neighbour } = page
  if (pathname === '/callback') mountCallback(world, page, auth)
  else if (pathname === '/neighbour/callback' && neighbour) mountCallback(world, page, neighbour)
  else if (pathname === '/guarded') {
    void world.invariants.watch(page, 'requireSession', auth.requireSession())
  }
}

/** What a component does that finishes the sign-in, however often it mounts. */
function mountCallback(world: AppWorld, page: SimulatedPage, client: AuthClient): void {
  const { chance, invariants, options } = world
  const goOn = (returnTo: string): void => {
    if (!isAtCallback(page)) return
    page.show(world.origin + returnTo)
    route(world, page)
  }
  for (let mounts = chance.between(1, 3); mounts > 0; mounts--) {
    invariants.watch(page, 'handleCallback', client.handleCallback()).then(
      ({ returnTo }) => {
        if (client === page.auth) invariants.returned(page, returnTo)
        goOn(returnTo)
      },
      (error: unknown) => {
        if (!isAuthError(error)) return
        const { code, returnTo } = error
        if (code === 'sign_in_interrupted') {
          void invariants.watch(
            page,
            'requireSession',
            client.requireSession(returnTo === undefined ? {} : { returnTo }),
          )
        } else if (options.isCareless) goOn(returnTo ?? '/')
      },
    )
  }
}

/** Whether a callback is what the page shows. */
export function isAtCallback(page: SimulatedPage): boolean {
  return new URL(page.href()).pathname.endsWith('/callback')
}
