import type { Html } from './html.ts'
import { html } from './html.ts'

export interface KnownClients {
  /** The client id that the app sent. */
  readonly sent: unknown
  readonly known: readonly { readonly clientId: string; readonly name: string }[]
}

/** Which client ids there are, and where another is added. */
export function buildClientAdvice({ sent, known }: KnownClients): Html {
  return html`<p>The app said its client id is <code>${typeof sent === 'string' ? sent : 'none'}</code>. Known are:</p>
<ul class="scopes">${known.map(({ clientId, name }) => html`<li><code>${clientId}</code> (${name})</li>`)}</ul>
<p>Have the app send one of these, or add an entry to <code>apps/idp/src/people-and-clients.ts</code> and start again.</p>`
}
