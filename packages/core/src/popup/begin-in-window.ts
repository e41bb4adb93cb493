import { ProtocolError } from '../errors.ts'
import { lastSignOut } from '../session-record.ts'
import { parseCallbackUrl } from '../sign-in/callback-url.ts'
import { createUnsupported, signingOut } from '../sign-in/cannot-begin.ts'
import { parseLoginOptions } from '../sign-in/login-options.ts'
import type { BeginWindowSignIn } from '../sign-in/window-host.ts'
import { windowStatePrefix } from '../sign-in/window-state.ts'

/**
 * Begins a sign-in whose answer comes from a window. What the answer is checked against stays in this page's memory: the
 * window gets a copy of the tab's storage, and is not to redeem anything (POP-05).
 */
export const beginInWindow: BeginWindowSignIn = async (
  context,
  { options, expectedSubject, keepsParams },
) => {
  const { settings, params, keeper, urls, identity, store, events, platform, record, keys, isSigningOut } =
    context
  // Asked for first: it says what is wrong with the page, where something is.
  const ownPage = urls.redirectUri()
  const { silentRedirectUri } = settings
  const redirectUri = silentRedirectUri === undefined ? ownPage : urls.absolute(silentRedirectUri)
  const { scope, resources, extra, maxAge, acrValues } = parseLoginOptions(options, {
    ...settings,
    params: params.current(),
  })
  const switchedTo = keepsParams ? { ...params.switchedTo(), ...options.params } : params.switchedTo()
  const statePrefix = windowStatePrefix(settings.statePrefix)
  const { epoch } = record.read()
  throwIfSignedOut()
  const request = { redirectUri, scope, resources, statePrefix, extra }
  const { url, isCreateLeftOut, ...secrets } = await keeper.authorize(request)
  throwIfSignedOut()
  if (isCreateLeftOut) events.emit('error', { error: createUnsupported(), during: 'login' })

  /** Whoever signs out while the window is open, in whatever tab, does not want to be signed in by it. */
  function throwIfSignedOut(): void {
    if (isSigningOut() || lastSignOut(record.read()) > epoch) throw signingOut()
  }

  return {
    state: secrets.state,
    url,
    async finish(answerUrl, signal) {
      signal.throwIfAborted()
      throwIfSignedOut()
      const callback = parseCallbackUrl(answerUrl, redirectUri, statePrefix)
      if (callback.kind !== 'response') throw notAnAnswer()
      const grant = { ...secrets, redirectUri, scope, maxAge, acrValues, expectedSubject, switchedTo }
      const session = await keeper.redeem(callback.parameters, grant, { signal })
      platform.session.remove(keys.askedByRedirect)
      const before = store.get()
      const rejected = identity.signedIn(session)
      if (rejected) throw rejected
      // The same person, described alike: a guard that waits for proof of them, and a countdown, hear of it by this.
      if (store.get() !== before) return
      events.emit('refreshed', { accessTokenExpiresAt: session.accessTokenExpiresAt })
    },
  }
}

function notAnAnswer(): ProtocolError {
  return new ProtocolError(
    'invalid_authorization_response',
    'The window passed on something else than the provider’s answer.',
  )
}
