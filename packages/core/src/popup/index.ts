/**
 * Signing in by a window, while the page stays as it is.
 *
 * @module
 */
export { holdSession } from './hold-session.ts'
export { loginWithPopup } from './login-with-popup.ts'
export type { PopupOptions } from './popup-options.ts'
export type { ReauthenticatedClient } from './reauthenticate.ts'
export { reauthenticate } from './reauthenticate.ts'
export type { SwitchOptions } from './switch-to.ts'
export { switchTo } from './switch-to.ts'
export { withStepUp } from './with-step-up.ts'
