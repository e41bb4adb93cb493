import { backToTheApp } from './back-to-the-app.ts'
import { html } from './html.ts'
import type { Page } from './page.ts'
import { buildPage } from './page.ts'

/** For the developer who opens the issuer's address. */
export function buildHomePage({ appOrigins }: { appOrigins: readonly string[] }): Page {
  const main = html`<h1>The provider is running</h1>
<p>It signs people in for the apps on this machine. There is nothing to do here: start at the app.</p>
${backToTheApp(appOrigins)}
<div class="note">
<p>For developers: <a href="/.well-known/openid-configuration">discovery document</a></p>
</div>`

  return buildPage({ title: 'Local provider', main, appOrigins })
}
