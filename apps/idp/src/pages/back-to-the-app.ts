import type { Html } from './html.ts'
import { html } from './html.ts'

/** A way out of a page that has no next step: the app whose origin was configured first. */
export function backToTheApp([origin]: readonly string[]): Html | undefined {
  if (origin === undefined) return undefined
  return html`<p class="stack"><a class="button" href="${origin}/">Go to the app</a></p>`
}
