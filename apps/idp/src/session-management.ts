import type Provider from 'oidc-provider'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { browserStateCookie, browserStateOf, buildSessionState } from './browser-state.ts'

export const checkSessionPath = '/session/check'

/**
 * OpenID Connect Session Management 1.0, which oidc-provider has no longer: an app can ask a page in a frame whether the
 * session here is still the one of its sign-in. `pages/check-session-page.ts` is that page.
 */
export function addSessionManagement(
  provider: Provider,
  { port, sessionSeconds }: { port: number; sessionSeconds: number },
): void {
  const cookie = browserStateCookie(port)

  provider.on('authorization.success', (ctx, response) => {
    const state = ctx.oidc.session && browserStateOf(ctx.oidc.session)
    if (response && state !== undefined) response.session_state = buildSessionState(state, ctx)
  })

  provider.use(async (context, next) => {
    await next()
    // Requests without a route of oidc-provider's have none of it, and many routes have no session.
    const { oidc } = context as Partial<KoaContextWithOIDC>
    if (!oidc?.session) return
    const state = isOver(oidc) ? undefined : browserStateOf(oidc.session)
    if (state === context.cookies.get(cookie, { signed: false })) return
    context.cookies.set(cookie, state ?? null, {
      httpOnly: false,
      signed: false,
      sameSite: 'lax',
      maxAge: sessionSeconds * 1000,
    })
  })
}

function isOver({ session }: KoaContextWithOIDC['oidc']): boolean {
  return (session as { readonly destroyed?: boolean } | undefined)?.destroyed === true
}
