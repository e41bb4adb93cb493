import type {
  AuthClient,
  AuthClientOptions,
  ClientOptions,
  LoginOptions,
  OnSessionLost,
  User,
} from '@latchkey/core'

/** A page of an app, and what happens around it. What leads to another page replaces `auth`, where the client is real. */
export interface ContractScene {
  readonly auth: AuthClient<User>
  /** How often the page was left for the provider. */
  departures(): number
  /** What `auth.fetch` sent to `https://api.example`: see `createTestApi`. */
  readonly requests: Request[]
  /** The access token runs out. */
  expire(): Promise<void>
  /** The provider refuses the refresh token, or is gone, from now on. */
  refuse(): void
  cutOff(): void
  /** A refresh describes the person anew. */
  rename(name: string): Promise<void>
  /** What the provider's UserInfo says of the person from now on; `sub`: that it is somebody else. */
  describe(claims: { readonly name?: string; readonly sub?: string }): void
  signOutElsewhere(): Promise<void>
  signInElsewhere(sub: string): Promise<void>
  /** The browser brings the page back that was being left. */
  comeBack(): void
  /** The provider refuses to sign the person in, who is back on a page that has dealt with it. */
  refuseAtProvider(): Promise<void>
  /** What the provider answered arrives, where it is not in the page's address already. */
  answer(): void
  /** A session that is looked for is found, or nothing is. */
  settle(isFound: boolean): Promise<void>
  /** Time goes by, in milliseconds. */
  pass(ms: number): Promise<void>
  /** The window that a sign-in has opened. */
  readonly popup: {
    isOpen(): boolean
    answer(sub?: string): Promise<void>
    refuse(): Promise<void>
    /** The person closes it, and it is noticed. */
    close(): Promise<void>
    /** From now on the browser lets none open. */
    block(): void
  }
  /** Three seconds go by. */
  losePatience(): Promise<void>
}

/** How a scene is set. */
export interface ContractOptions {
  /**
   * `loading`: there was a session in this browser. `answered`: the callback page of a sign-in. `unasked`: a callback
   * page that nobody comes back to.
   */
  readonly begin: 'signed out' | 'signed in' | 'loading' | 'answered' | 'unasked'
  /** What the sign-in was started with, and what the provider answered. Default: that the person is signed in. */
  readonly login?: Pick<LoginOptions, 'returnTo' | 'appState' | 'authorizationDetails'>
  readonly refusal?: 'access_denied'
  /** As the option of the client. */
  readonly onSessionLost?: OnSessionLost
  readonly hasRefreshToken?: boolean
  /** What the provider says of the person beside the name. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Default: `https://api.example`. */
  readonly apis?: AuthClientOptions['apis']
  /** Default: none. */
  readonly identifiedBy?: readonly string[]
  readonly limits?: Pick<ClientOptions, 'idleTimeoutSeconds' | 'sessionLimitSeconds'>
}

/** Sets a scene. Where somebody is signed in, it is `alice`, whose name is Alice. */
export type SetScene = (options: ContractOptions) => Promise<ContractScene>
