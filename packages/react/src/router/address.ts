/**
 * Where a router keeps its location: in the path of the address bar, in its hash, or nowhere that a reload would find
 * it.
 */
export type RouterHistory = 'browser' | 'hash' | 'memory'

/**
 * What `returnTo` has to be for a sign-in to end at a place in the router.
 *
 * @param place Path, query and hash as the router's history has them, with its base path.
 */
export function addressOf(place: string, history: RouterHistory): string {
  const here = addressBar()
  return history === 'hash' ? `${here.pathname}${here.search}#${place}` : place
}

/** Requests have no hash. Where it is the page itself that is being loaded, the address bar still has it. */
export function placeOf({ url }: Request, history: RouterHistory): string {
  const { pathname, search } = new URL(url)
  const here = addressBar()
  const isHere = history === 'browser' && pathname === here.pathname && search === here.search
  return pathname + search + (isHere ? here.hash : '')
}

/** Path, query and hash of a place in the app; the start page for any other, and for what a browser would take for one. */
export function placeInApp(place: string, origin: string): string {
  const url = new URL(place, origin)
  const path = url.pathname + url.search + url.hash
  return url.origin === origin && !path.startsWith('//') ? path : '/'
}

/** Where the person is, whatever a route is called with. */
export function pageAddress(): string {
  const { pathname, search, hash } = addressBar()
  return pathname + search + hash
}

/** A server has none, and guards nothing: that is said later, in words. */
function addressBar(): Pick<Location, 'pathname' | 'search' | 'hash'> {
  return typeof location === 'undefined' ? { pathname: '/', search: '', hash: '' } : location
}
