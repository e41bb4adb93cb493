import type { Chance } from './chance.ts'
import type { Network } from './network.ts'
import type { OpenIdProvider } from './openid-provider.ts'
import type { BrowserTab } from './shared-browser.ts'
import type { Timeline } from './timeline.ts'
import type { WindowTab } from './window-tab.ts'

/** The provider as a person meets it: in tabs and frames, with a session of its own in this browser. */
export interface FrontChannel {
  /** A tab has come to one of the provider's addresses. */
  arrive(tab: WindowTab, url: string): void
  /** The person signs in where the provider asks them to. */
  signIn(tab: WindowTab, person: string): void
  /** From now on it sends everybody back at once, refused; or it does so no longer. */
  setRefusing(isRefusing: boolean): void
  /** A page asks in a frame. @returns removes it */
  openFrame(page: BrowserTab, url: string, onMessage: (message: unknown) => void): () => void
}

/** What a front channel works with. */
export interface FrontChannelContext {
  readonly timeline: Timeline
  readonly chance: Chance
  readonly network: Network
  readonly provider: OpenIdProvider
  note(what: string): void
}

/** Makes a {@link FrontChannel} with nobody signed in. */
export function createFrontChannel(context: FrontChannelContext): FrontChannel {
  const { timeline, chance, network, provider, note } = context
  let person: string | undefined
  let isRefusing = false

  function isReachable(): boolean {
    const { isOnline, mood } = network.weather
    return isOnline && mood !== 'down' && mood !== 'busy'
  }

  return {
    arrive(tab, url) {
      const { pathname, searchParams } = new URL(url)
      note(`tab ${tab.number} is at ${pathname} of the provider`)
      timeline.after(chance.between(20, 600), () => {
        if (tab.url() !== url || !isReachable()) return
        if (pathname === '/logout') {
          person = undefined
          return tab.redirect(searchParams.get('post_logout_redirect_uri') ?? url)
        }
        if (isRefusing) return tab.redirect(provider.refuse(url, 'access_denied'))
        const isSilent = searchParams.get('prompt') === 'none'
        const known = searchParams.get('client_id') === 'app' ? person : undefined
        if (known && (isSilent || chance.happens(0.4))) return tab.redirect(provider.signIn(url, known))
        if (isSilent) tab.redirect(provider.refuse(url, 'login_required'))
      })
    },
    signIn(tab, who) {
      const url = tab.signInUrl()
      if (url === undefined || !isReachable()) return
      const isNeighbour = new URL(url).searchParams.get('client_id') === 'neighbour'
      if (!isNeighbour) person = who
      tab.redirect(provider.signIn(url, isNeighbour ? 'carol' : who))
    },
    setRefusing(next) {
      isRefusing = next
    },
    openFrame(page, url, onMessage) {
      let isRemoved = false
      timeline.after(chance.between(20, 1500), () => {
        if (!isReachable() || chance.happens(0.05)) return
        const answer = person ? provider.signIn(url, person) : provider.refuse(url, 'login_required')
        page.deliver('message', () => {
          if (!isRemoved) onMessage({ latchkey: 'silent-callback', url: answer })
        })
      })
      return () => {
        isRemoved = true
      }
    },
  }
}
