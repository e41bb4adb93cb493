import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Html } from './html.ts'
import { html, trusted } from './html.ts'
import { stylesheet } from './stylesheet.ts'

/** A finished page, with the headers that allow exactly what it contains. */
export interface Page {
  readonly markup: string
  readonly headers: Readonly<Record<string, string>>
}

export interface PageContent {
  /** Whose page it is. Default: the provider's. */
  readonly brand?: string | undefined
  readonly title: string
  readonly main: Html
  /** The one page that needs a script carries it here, so that the policy can allow just this one. */
  readonly script?: string
  /** Where forms of this page may lead, redirects included. */
  readonly appOrigins: readonly string[]
  /** Whose pages stand in frames of this one. Default: nobody's. */
  readonly frameOrigins?: readonly string[]
}

export function buildPage({
  brand = 'Latchkey ID',
  title,
  main,
  script,
  appOrigins,
  frameOrigins = [],
}: PageContent): Page {
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – ${brand}</title>
<link rel="icon" href="${icon}">
<style>${trusted(stylesheet)}</style>
</head>
<body>
<main>
<p class="brand">${brandMark}${brand}</p>
${main}
</main>
${script === undefined ? undefined : html`<script>${trusted(script)}</script>`}
</body>
</html>
`
  return {
    markup: document.markup,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': contentSecurityPolicy({ script, appOrigins, frameOrigins }),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  }
}

export function sendPage(response: ServerResponse, status: number, page: Page): void {
  response.writeHead(status, page.headers).end(page.markup)
}

function contentSecurityPolicy({
  script,
  appOrigins,
  frameOrigins,
}: {
  script: string | undefined
  appOrigins: readonly string[]
  frameOrigins: readonly string[]
}): string {
  return [
    "default-src 'none'",
    `style-src ${sourceHash(stylesheet)}`,
    `script-src ${script === undefined ? "'none'" : sourceHash(script)}`,
    'img-src data:',
    ...(frameOrigins.length === 0 ? [] : [`frame-src ${frameOrigins.join(' ')}`]),
    // Browsers apply this to the redirects after a form too, and those end at the app.
    `form-action ${["'self'", ...appOrigins].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
}

/** What a policy allows exactly this script or style by. */
export function sourceHash(source: string): string {
  return `'sha256-${createHash('sha256').update(source).digest('base64')}'`
}

const keyShape =
  '<circle cx="8" cy="8" r="4.5" fill="none" stroke="currentColor" stroke-width="2.5"/>' +
  '<path d="M11.2 11.2 20 20M16.4 16.4l2.8-2.8" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round"/>'

const brandMark = trusted(
  `<svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">${keyShape}</svg>`,
)

const icon = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" color="#3f4fd0">${keyShape}</svg>`,
)}`
