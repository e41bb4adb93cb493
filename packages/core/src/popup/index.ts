/**
 * Signing in by a window, while the page stays as it is.
 *
 * @module
 */
export { loginWithPopup } from './login-with-popup.ts'
export type { PopupOptions } from './popup-options.ts'
