import { html, trusted } from './html.ts'
import type { LogoutPageContent } from './logout-page.ts'
import type { Page } from './page.ts'
import { buildPage } from './page.ts'

/** Does not ask: it submits itself, and has a button for browsers without scripts. */
export function buildSigningOutPage({ form, clientName, appOrigins }: LogoutPageContent): Page {
  const main = html`<h1>Signing you out</h1>
<p>${clientName === undefined ? 'One moment.' : `and back to ${clientName}.`}</p>
${trusted(form)}
<div class="stack">
<input type="hidden" form="op.logoutForm" name="logout" value="yes">
<button class="primary" form="op.logoutForm">Continue</button>
</div>`

  return buildPage({ title: 'Signing out', main, appOrigins, script: submitAtOnce })
}

const submitAtOnce = "document.forms['op.logoutForm'].submit()"
