import { html, trusted } from './html.ts'
import type { Page } from './page.ts'
import { buildPage } from './page.ts'

export interface LogoutPageContent {
  /** oidc-provider's form, with its protection against forgery; our buttons join it by its id. */
  readonly form: string
  readonly clientName?: string | undefined
  readonly appOrigins: readonly string[]
}

/** Asks, because anybody can send a person to the logout address (RP-Initiated Logout 1.0 section 6). */
export function buildLogoutPage({ form, clientName, appOrigins }: LogoutPageContent): Page {
  const consequence =
    clientName === undefined
      ? 'The next app will ask for your password.'
      : `You leave ${clientName} either way. If you sign out here too, the next app will ask for your password.`

  const main = html`<h1>Sign out of Latchkey ID?</h1>
<p>${consequence}</p>
${trusted(form)}
<div class="stack">
<button class="primary" form="op.logoutForm" name="logout" value="yes" autofocus>Sign out</button>
<button form="op.logoutForm">Stay signed in</button>
</div>`

  return buildPage({ title: 'Sign out', main, appOrigins })
}
