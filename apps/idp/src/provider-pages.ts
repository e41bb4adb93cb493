import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider'
import { errors } from 'oidc-provider'
import { explainError } from './error-explanation.ts'
import { buildClientAdvice } from './pages/client-advice.ts'
import { buildErrorPage } from './pages/error-page.ts'
import type { Html } from './pages/html.ts'
import { buildLogoutPage } from './pages/logout-page.ts'
import type { Page } from './pages/page.ts'
import { buildRedirectUriAdvice } from './pages/redirect-uri-advice.ts'
import { buildSignedOutPage } from './pages/signed-out-page.ts'
import { buildSigningOutPage } from './pages/signing-out-page.ts'
import { clients, findClient } from './people-and-clients.ts'

/** The pages that oidc-provider asks for in the middle of its own routes. */
export interface ProviderPages {
  renderError(ctx: KoaContextWithOIDC, out: ErrorOut, error: Error): void
  renderLogout(ctx: KoaContextWithOIDC, form: string): void
  renderSignedOut(ctx: KoaContextWithOIDC): void
}

export function createProviderPages(appOrigins: readonly string[]): ProviderPages {
  return {
    renderError(ctx, out, error) {
      const nextStep = nextStepAfter(error, ctx)
      render(ctx, buildErrorPage({ ...explainError(error, out), nextStep, appOrigins }))
    },
    renderLogout(ctx, form) {
      const clientName = findClient(ctx.oidc.client?.clientId ?? '')?.name
      const buildPage = wasAskedByTheAppItself(ctx) ? buildSigningOutPage : buildLogoutPage
      render(ctx, buildPage({ form, clientName, appOrigins }))
    },
    renderSignedOut(ctx) {
      render(ctx, buildSignedOutPage({ appOrigins }))
    },
  }
}

/**
 * RP-Initiated Logout 1.0 section 2: an ID token of the person who is signed in proves that the request comes
 * from an app they use. oidc-provider has checked its signature, and that the return address is registered.
 */
function wasAskedByTheAppItself({ oidc }: KoaContextWithOIDC): boolean {
  const hint = oidc.entities.IdTokenHint
  return hint?.payload.sub === oidc.session?.accountId && oidc.params?.post_logout_redirect_uri !== undefined
}

/** A developer's first hour: the app has another name, or runs somewhere else, than this provider was told. */
function nextStepAfter(error: Error, { oidc }: KoaContextWithOIDC): Html | undefined {
  if (error instanceof errors.InvalidClient)
    return buildClientAdvice({ sent: oidc.params?.client_id, known: clients })
  if (!(error instanceof errors.InvalidRedirectUri)) return undefined
  return buildRedirectUriAdvice({
    sent: oidc.params?.redirect_uri,
    registered: oidc.client?.redirectUris ?? [],
  })
}

function render(ctx: KoaContextWithOIDC, page: Page): void {
  ctx.set(page.headers)
  ctx.body = page.markup
}
