import { backToTheApp } from './back-to-the-app.ts'
import { html } from './html.ts'
import type { Page } from './page.ts'
import { buildPage } from './page.ts'

/** Where a logout ends that named no place to return to. */
export function buildSignedOutPage({ appOrigins }: { appOrigins: readonly string[] }): Page {
  const main = html`<h1>You are signed out</h1>
<p>You can close this page, or go back and sign in again.</p>
${backToTheApp(appOrigins)}`

  return buildPage({ title: 'Signed out', main, appOrigins })
}
