import { handOverInBrowser } from './platform/hand-over.ts'
import { answerChannel, type SilentAnswer } from './silent-answer.ts'

/**
 * The whole of the page at `silentRedirectUri`: it passes the provider's answer to the page around it, or to the one
 * that has opened this window, and nothing else of the app is loaded for it. Opened without an answer, it does nothing.
 *
 * @packageDocumentation
 */
const { parent, location } = window
const answer: SilentAnswer = { latchkey: 'silent-callback', url: location.href }
const state = new URLSearchParams(location.search).get('state')
// Only the app's own origin may read it (RFC 9700 §4.17.2).
if (parent !== window) parent.postMessage(answer, location.origin)
else if (state !== null) handOverInBrowser(answerChannel(state), answer)
