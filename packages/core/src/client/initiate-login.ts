import type { EngineLoader } from '../engine-loader.ts'
import type { EventHub } from '../events.ts'
import type { Page } from '../platform/ports.ts'
import type { AppUrls } from '../sign-in/app-urls.ts'
import { answerInitiatedLogin, type InitiatedLogin } from '../sign-in/initiated-login.ts'
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
  /** The page's URL when it was asked for. */
  readonly calledAt: string
}

/** Answers a third party that wants somebody signed in: see `AuthClient.handleInitiateLogin`. */
export function initiateLogin<TUser>(
  { issuer, engine, page, urls, events, failures, search, calledAt }: InitiateLoginContext<TUser>,
  url: string = calledAt,
): Promise<InitiatedLogin> {
  return answerInitiatedLogin<TUser>(
    {
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
          engine.use(
            ({ login }) => login.automatically(options, { calledAt }),
            () => undefined, // the page that comes is asked the same
          ),
        ),
      report: (error) => events.emit('error', { error, during: 'login' }),
    },
    url,
  )
}
