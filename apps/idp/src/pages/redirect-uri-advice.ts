import type { Html } from './html.ts'
import { html } from './html.ts'

export interface RedirectUris {
  /** What the app asked to be sent back to. */
  readonly sent: unknown
  readonly registered: readonly string[]
}

/** What is registered, and how to register another: an address is compared byte for byte (RFC 9700 section 2.1). */
export function buildRedirectUriAdvice({ sent, registered }: RedirectUris): Html {
  const uri = typeof sent === 'string' ? sent : ''
  return html`<p>The app asked to be sent back to <code>${uri || 'no address'}</code>. Registered are:</p>
<ul class="scopes">${registered.map((address) => html`<li><code>${address}</code></li>`)}</ul>
${nextStep(uri, registered)}`
}

function nextStep(uri: string, registered: readonly string[]): Html {
  const origins = [...new Set(registered.map((address) => new URL(address).origin))]
  const origin = URL.canParse(uri) ? new URL(uri).origin : 'null'
  if (origin === 'null' || origins.includes(origin)) {
    return html`<p>Have the app send one of these, to the letter.</p>`
  }
  return html`<p>To add the app at <code>${origin}</code>, start the provider with
<code>--app-origin=${[...origins, origin].join(',')}</code>, or with the same in <code>APP_ORIGIN</code>.</p>`
}
