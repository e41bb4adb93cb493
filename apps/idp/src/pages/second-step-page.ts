import { html } from './html.ts'
import type { Page } from './page.ts'
import { buildPage } from './page.ts'

export interface SecondStepPageContent {
  readonly clientName: string
  readonly username: string
  /** Shown, because there is no phone that could show it. */
  readonly code: string
  readonly error?: string | undefined
  readonly appOrigins: readonly string[]
}

export function buildSecondStepPage({
  clientName,
  username,
  code,
  error,
  appOrigins,
}: SecondStepPageContent): Page {
  const problem = error === undefined ? undefined : html` aria-invalid="true" aria-describedby="error"`

  const main = html`<h1>Confirm that it is you</h1>
<p><strong>${clientName}</strong> wants the second step of the sign-in from <strong>${username}</strong></p>
${error === undefined ? undefined : html`<p class="alert" role="alert" id="error">${error}</p>`}
<form class="stack" method="post">
<div class="field">
<label for="code">Code on your phone</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required autofocus${problem}>
</div>
<button class="primary" name="action" value="confirm">Confirm</button>
<button name="action" value="cancel" formnovalidate>Cancel</button>
</form>
<div class="note">
<p>The code of every test account: <code>${code}</code></p>
</div>`

  const title = 'Confirm that it is you'
  return buildPage({ title: error === undefined ? title : `Error: ${title}`, main, appOrigins })
}
