import type { EngineLoader } from '../engine-loader.ts'
import { codeNotLoaded } from '../errors.ts'
import type { EventHub } from '../events.ts'
import type { Page } from '../platform/ports.ts'
import type { AppUrls } from '../sign-in/app-urls.ts'
import type { InitiatedLogin, InitiatedLoginContext } from '../sign-in/initiated-login.ts'
import { untilOpened } from '../until-awake.ts'
import type { Failures } from './failures.ts'
import type { Search } from './search.ts'

/** What answering a third party works with, in a page. */
export interface InitiateLoginContext<TUser> {
  readonly issuer: string | undefined
  readonly engine: EngineLoader
  readonly page: Page
  readonly urls: AppUrls
  readonly events: EventHub<TUser>
  readonly failures: Failures
  readonly search: Search<TUser>
  /** Where the page is. */
  here(): string
}

/** Makes what answers a third party that wants somebody signed in: see `AuthClient.handleInitiateLogin`. */
export function createInitiateLogin<TUser>({
  issuer,
  engine,
  page,
  urls,
  events,
  failures,
  search,
  here,
}: InitiateLoginContext<TUser>): (url?: string) => Promise<InitiatedLogin> {
  return async (url = here()) => {
    const calledAt = here()
    const { answerInitiatedLogin } = await import('../sign-in/initiated-login.ts').catch((cause: unknown) => {
      throw codeNotLoaded(cause)
    })
    const context: InitiatedLoginContext<TUser> = {
      issuer,
      origin: urls.origin(),
      isFramed: page.isFramed(),
      async decided() {
        await untilOpened(page)
        return search.decided()
      },
      leave: (options) =>
        failures.ofSignIn(
          'login',
          engine.use(({ login }) => login.automatically(options, { calledAt })),
        ),
      report: (error) => events.emit('error', { error, during: 'login' }),
    }
    return answerInitiatedLogin(context, url)
  }
}
