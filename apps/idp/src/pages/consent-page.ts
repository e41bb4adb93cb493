import type { User } from '../people-and-clients.ts'
import { html } from './html.ts'
import type { Page } from './page.ts'
import { buildPage } from './page.ts'

export interface ConsentPageContent {
  readonly brand?: string | undefined
  readonly clientName: string
  readonly user: User
  /** What the client will be able to do, in plain words. */
  readonly permissions: readonly string[]
  /** Where the person goes next, so that a wrong place can be noticed. */
  readonly returnsTo: string
  readonly appOrigins: readonly string[]
}

/** Nothing has the focus: a second Enter on the login page must not allow anything. */
export function buildConsentPage({
  brand,
  clientName,
  user,
  permissions,
  returnsTo,
  appOrigins,
}: ConsentPageContent): Page {
  const { name, email, picture } = user.claims
  const portrait = typeof picture === 'string' ? html`<img src="${picture}" alt="">` : undefined

  const main = html`<h1>Allow ${clientName} to use your account?</h1>
<div class="person">${portrait}<div>${name}<span>${email}</span></div></div>
<p class="details" id="asks"><strong>${clientName}</strong> asks to</p>
<ul class="scopes" aria-labelledby="asks">${permissions.map((permission) => html`<li>${permission}</li>`)}</ul>
<form class="stack" method="post">
<button class="primary" name="action" value="allow">Allow</button>
<button name="action" value="deny">Deny</button>
</form>
<p class="details">Either way you go back to <strong>${returnsTo}</strong>.</p>`

  return buildPage({ brand, title: `Allow ${clientName}`, main, appOrigins })
}
