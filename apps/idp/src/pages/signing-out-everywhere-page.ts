import { html } from './html.ts'
import type { Page } from './page.ts'
import { buildPage } from './page.ts'

/** Tells each app in a frame, and goes on when all have heard; a link is there for browsers without scripts. */
export function buildSigningOutEverywherePage({
  frames,
  destination,
  appOrigins,
}: {
  /** An address of each app. */
  frames: readonly string[]
  destination: string
  appOrigins: readonly string[]
}): Page {
  const main = html`<h1>Signing you out everywhere</h1>
<p>One moment: your apps are being told.</p>
<p><a id="onward" href="${destination}">Continue</a></p>
${frames.map(
  (frame) => html`<iframe hidden title="Signing out" src="${frame}"></iframe>
`,
)}`

  return buildPage({
    title: 'Signing out',
    main,
    appOrigins,
    script: goOnWhenAllHaveHeard,
    frameOrigins: frames.map((frame) => new URL(frame).origin),
  })
}

/** The page has loaded when its frames have, and an app that does not answer is not waited for. */
const goOnWhenAllHaveHeard = `
const goOn = () => location.replace(document.getElementById('onward').href)
addEventListener('load', goOn)
setTimeout(goOn, 3000)
`
