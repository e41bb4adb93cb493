import type { User } from '../people-and-clients.ts'
import { html } from './html.ts'
import type { Page } from './page.ts'
import { buildPage } from './page.ts'

export interface LoginPageContent {
  readonly brand?: string | undefined
  readonly clientName: string
  readonly username: string
  readonly error?: string
  /** Shown with their passwords: nobody should have to read the source to try this provider. */
  readonly testUsers: readonly User[]
  readonly appOrigins: readonly string[]
}

export function buildLoginPage({
  brand,
  clientName,
  username,
  error,
  testUsers,
  appOrigins,
}: LoginPageContent): Page {
  const startsAtPassword = username !== ''
  const problem = error === undefined ? undefined : html` aria-invalid="true" aria-describedby="error"`
  const autofocus = html` autofocus`

  const main = html`<h1>Sign in</h1>
<p>to continue to <strong>${clientName}</strong></p>
${error === undefined ? undefined : html`<p class="alert" role="alert" id="error">${error}</p>`}
<form class="stack" method="post">
<div class="field">
<label for="username">Username</label>
<input id="username" name="username" value="${username}" autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false" required${problem}${startsAtPassword ? undefined : autofocus}>
</div>
<div class="field">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${problem}${startsAtPassword ? autofocus : undefined}>
</div>
<button class="primary" name="action" value="login">Sign in</button>
<button name="action" value="cancel" formnovalidate>Cancel</button>
</form>
<div class="note">
<p>Test accounts and their passwords</p>
<dl class="accounts">${testUsers.map((user) => html`<dt><code>${user.username}</code></dt><dd><code>${user.password}</code></dd>`)}</dl>
</div>`

  return buildPage({ brand, title: error === undefined ? 'Sign in' : 'Error: Sign in', main, appOrigins })
}
