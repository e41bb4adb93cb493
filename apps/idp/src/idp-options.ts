import type { RequestListener } from 'node:http'
import type { LoopbackHost } from './loopback-server.ts'
import type { PassedSecret } from './passed-secrets.ts'

export interface IdpOptions {
  /**
   * The provider's name. To an app on `localhost`, `127.0.0.1` is another site: browsers that block third-party
   * cookies then keep the provider's session from the app's frames. Default: `localhost`.
   */
  readonly host?: LoopbackHost
  /** The provider's port; 0 is any free one. Default: 9400. */
  readonly port?: number
  /** The orders API's port; 0 is any free one. Default: the one after `port`, or any free one where that is 0. */
  readonly apiPort?: number
  /** The stock API's port; 0 is any free one. Default: two after `port`, or any free one where `port` or `apiPort` is 0. */
  readonly stockPort?: number
  /** The payments API's port; 0 is any free one. Default: three after `port`, or the same. */
  readonly paymentsPort?: number
  /** The plain OAuth 2.0 server's port; 0 is any free one. Default: four after `port`, or the same. */
  readonly plainPort?: number
  /** Where the app runs, such as `http://localhost:5173`: its callbacks and its cross-origin requests. */
  readonly appOrigins: readonly string[]
  /** Default: 300. */
  readonly accessTokenSeconds?: number
  /** Default: an hour. */
  readonly idTokenSeconds?: number
  /** From the login on: rotation does not prolong it. Default: 14 days. */
  readonly refreshTokenSeconds?: number
  /** Where else on the app's origins people may come back to, such as `/`. Default: nowhere. */
  readonly redirectPaths?: readonly string[]
  /**
   * `auth0`: named and asked as Auth0 is, for SDKs that can talk to nothing else. A slash ends the issuer, the endpoints
   * are `/authorize` and `/oauth/token`, and a frame may be answered by a message (`response_mode=web_message`).
   */
  readonly dialect?: 'auth0'
  /** Stands before the provider and gets each request first, as a proxy does. Default: nothing. */
  readonly front?: (next: RequestListener) => RequestListener
  /** Told of every token, code and code verifier as it passes, so that a test can look where they went. None is kept. */
  readonly onSecret?: (secret: PassedSecret) => void
}
