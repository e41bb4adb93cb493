import type { AnyAuthError } from '../errors.ts'
import type { KeyValueStore, Navigation } from '../platform/ports.ts'
import type { AppUrls } from '../sign-in/app-urls.ts'
import type { CallbackResult } from '../sign-in/callback.ts'
import type { CallbackUrl } from '../sign-in/callback-url.ts'
import { isForOpener } from '../sign-in/window-state.ts'
import type { StorageKeys } from '../storage-keys.ts'

/** What handling a callback works with. */
export interface CallbackOnceContext {
  readonly urls: AppUrls
  readonly storage: KeyValueStore
  readonly keys: StorageKeys
  readonly navigation: Navigation
  /** Where the page is. */
  here(): string
  /** @param leave for a page that is loaded anew: gives the address that had the answer, where it was this page's */
  finish(callback: CallbackUrl, leave: () => string | undefined): Promise<CallbackResult>
}

/** However often it is called for one answer, and with the answer gone from the address bar, one outcome. */
export function createCallbackOnce({
  urls,
  storage,
  keys,
  navigation,
  here,
  finish,
}: CallbackOnceContext): (url?: string) => Promise<CallbackResult> {
  let answer: { readonly urls: readonly string[]; readonly result: Promise<CallbackResult> } | undefined

  return (url) => {
    const address = here()
    const callbackUrl = url ?? address
    const callback = urls.parseCallback(callbackUrl)
    const isOurs =
      callback.kind === 'response' &&
      (storage.get(keys.signIn + callback.state) !== undefined || isForOpener(callback.state))
    // Before the first await: nothing that runs later may read the code from the address bar.
    if (isOurs && callbackUrl === address) navigation.replace(callback.cleanUrl)
    if (answer?.urls.includes(callbackUrl)) return answer.result
    const result = finish(callback, () => (isOurs && callbackUrl === address ? address : undefined))
    if (!isOurs && answer) return result
    const asked = { urls: [callbackUrl, isOurs ? callback.cleanUrl : callbackUrl], result }
    const forget = (): void => {
      if (answer === asked) answer = undefined
    }
    answer = asked
    // A page without an answer may have one when it is asked again; an answer that was not sent may be lost.
    result.then(
      () => isOurs || forget(),
      ({ code }: AnyAuthError) => (isOurs && code !== 'code_not_loaded') || forget(),
    )
    return result
  }
}
