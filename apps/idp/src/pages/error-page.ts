import { backToTheApp } from './back-to-the-app.ts'
import type { Html } from './html.ts'
import { html } from './html.ts'
import type { Page } from './page.ts'
import { buildPage } from './page.ts'

export interface ErrorPageContent {
  readonly brand?: string | undefined
  readonly heading: string
  readonly advice: string
  /** For the developer: the wire code, and what the provider says about it. */
  readonly code: string
  readonly description?: string | undefined
  /** For the developer too, where there is something to do about it. */
  readonly nextStep?: Html | undefined
  readonly appOrigins: readonly string[]
}

export function buildErrorPage({
  brand,
  heading,
  advice,
  code,
  description,
  nextStep,
  appOrigins,
}: ErrorPageContent): Page {
  const main = html`<h1>${heading}</h1>
<p>${advice}</p>
${backToTheApp(appOrigins)}
<div class="note">
<p><code>${code}</code></p>
${description === undefined ? undefined : html`<p>${description}</p>`}
${nextStep}
</div>`

  return buildPage({ brand, title: heading, main, appOrigins })
}
