import { html } from './html.ts'
import type { Page } from './page.ts'
import { buildPage } from './page.ts'

export interface CreateAccountPageContent {
  readonly clientName: string
  readonly name: string
  readonly username: string
  readonly error?: string
  readonly appOrigins: readonly string[]
}

export function buildCreateAccountPage({
  clientName,
  name,
  username,
  error,
  appOrigins,
}: CreateAccountPageContent): Page {
  const problem = error === undefined ? undefined : html` aria-describedby="error"`

  const main = html`<h1>Create an account</h1>
<p>to continue to <strong>${clientName}</strong></p>
${error === undefined ? undefined : html`<p class="alert" role="alert" id="error">${error}</p>`}
<form class="stack" method="post">
<div class="field">
<label for="name">Your name</label>
<input id="name" name="name" value="${name}" autocomplete="name" required autofocus${problem}>
</div>
<div class="field">
<label for="username">Username</label>
<input id="username" name="username" value="${username}" autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false" required${problem}>
</div>
<div class="field">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="new-password" required${problem}>
</div>
<button class="primary" name="action" value="create">Create account</button>
<button name="action" value="cancel" formnovalidate>Cancel</button>
</form>
<div class="note">
<p>The account is forgotten when this provider stops.</p>
</div>`

  const title = 'Create an account'
  return buildPage({ title: error === undefined ? title : `Error: ${title}`, main, appOrigins })
}
