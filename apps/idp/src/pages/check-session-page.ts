import { html, trusted } from './html.ts'
import { type Page, sourceHash } from './page.ts'

/**
 * Stands in a frame of an app and answers it (OpenID Connect Session Management 1.0 section 3.2): `unchanged`, `changed`,
 * or `error` where the question makes no sense. It shows nothing, and asks this server nothing.
 */
export function buildCheckSessionPage({
  cookie,
  appOrigins,
}: {
  /** Where the browser keeps what this is about. */
  cookie: string
  appOrigins: readonly string[]
}): Page {
  const script = answerQuestions(cookie)
  const document = html`<!doctype html>
<meta charset="utf-8">
<title>Session</title>
<script>${trusted(script)}</script>
`
  return {
    markup: document.markup,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': [
        "default-src 'none'",
        `script-src ${sourceHash(script)}`,
        `frame-ancestors ${appOrigins.join(' ')}`,
        "base-uri 'none'",
      ].join('; '),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  }
}

/** The same sum as `buildSessionState`, with what the browser holds now and who asks now. */
const answerQuestions = (cookie: string): string => `
const browserState = () => ('; ' + document.cookie).split('; ${cookie}=')[1]?.split(';')[0] ?? ''

async function answer(question, origin) {
  const [clientId, sessionState = '', ...more] = String(question).split(' ')
  const [hash, salt, ...others] = sessionState.split('.')
  if (!clientId || !hash || !salt || more.length > 0 || others.length > 0) return 'error'
  const text = [clientId, origin, browserState(), salt].join(' ')
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  const bytes = [...new Uint8Array(digest)]
  return hash === bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('') ? 'unchanged' : 'changed'
}

addEventListener('message', async ({ data, origin, source }) => {
  source.postMessage(await answer(data, origin), origin)
})
`
