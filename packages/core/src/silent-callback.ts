import type { SilentAnswer } from './restore/silent-answer.ts'

/**
 * The whole of the page at `silentRedirectUri`: it passes the provider's answer to the page around it, and nothing
 * else of the app is loaded for it. Opened by itself, it does nothing.
 *
 * @packageDocumentation
 */
const { parent, location } = window
const answer: SilentAnswer = { latchkey: 'silent-callback', url: location.href }
// Only the app's own origin may read it (RFC 9700 §4.17.2).
if (parent !== window) parent.postMessage(answer, location.origin)
