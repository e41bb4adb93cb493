import { invalid } from '../options/invalid-option.ts'
import type { WindowSize } from '../platform/ports.ts'
import type { LoginOptions } from '../sign-in/login-options.ts'

/** What a sign-in in a window may ask for. The page stays where it is, so there is nowhere to return to. */
export interface PopupOptions extends Omit<LoginOptions, 'returnTo' | 'appState'> {
  /**
   * Ends the waiting, up to the moment in which somebody is signed in; its reason is what the promise rejects with. The
   * window is closed, unless it was asked for by others too, who go on waiting.
   */
  readonly signal?: AbortSignal | undefined
  /** The size of the window's inside, in CSS pixels. Default: 480 × 640. Phones open a tab instead. */
  readonly window?: Partial<WindowSize> | undefined
  /** How long the person may take: a second factor, an e-mail. Default: 600 seconds; at most 3600. */
  readonly timeoutSeconds?: number | undefined
}

/** Checked, and apart: what is the window's, and what the provider is asked for. */
export interface PopupSettings {
  readonly size: WindowSize
  readonly timeoutMs: number
  readonly login: LoginOptions
}

/**
 * Checks what is the window's; what is the provider's is checked where every sign-in is.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function parsePopupOptions(options: PopupOptions): PopupSettings {
  const { signal: _, window, timeoutSeconds = 600, ...login } = options
  const size = window ?? {}
  for (const name of ['returnTo', 'appState'] as const) {
    if (name in login) throw invalid(name, 'is for login(): in a window nobody leaves the page')
  }
  for (const [name, value] of Object.entries(size)) {
    if (name !== 'width' && name !== 'height')
      throw invalid(`window.${name}`, 'is unknown. Known: width, height')
    if (!(Number.isInteger(value) && value >= 100)) {
      throw invalid(`window.${name}`, 'must be a whole number of pixels, 100 or more')
    }
  }
  if (!(typeof timeoutSeconds === 'number' && timeoutSeconds > 0 && timeoutSeconds <= 3600))
    throw invalid('timeoutSeconds', 'must be a number of seconds, up to 3600')
  return { size: { width: 480, height: 640, ...size }, timeoutMs: timeoutSeconds * 1000, login }
}
