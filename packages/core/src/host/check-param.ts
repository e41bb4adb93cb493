import { ConfigurationError } from '../errors.ts'
import type { HostedMethod } from '../hosted/messages.ts'
import { isText, maybe, type Shape, shape } from '../shapes.ts'
import { isPackedRequest, isTokenRequest } from '../vault/parse-request.ts'

const isNothing: Shape = (value) => value === undefined
/** What is in them, the client checks itself: they come from the app as they are. */
const areOptions = maybe(shape({}))

const params: Readonly<Record<HostedMethod, Shape>> = {
  login: areOptions,
  register: areOptions,
  requireSession: areOptions,
  handleCallback: isText,
  handleInitiateLogin: isText,
  logout: areOptions,
  getAccessToken: maybe(isTokenRequest),
  refreshUser: isNothing,
  ready: isNothing,
  fetch: isPackedRequest,
}

/**
 * Checks what a function of a client is called with by its page, which waits for an answer whatever it has got wrong.
 *
 * @throws {ConfigurationError} `invalid_option`
 */
export function checkParam(method: HostedMethod, param: unknown): void {
  if (params[method](param)) return
  throw new ConfigurationError(
    'invalid_option',
    `The host cannot read what "${method}" was called with. Check the types of its options.`,
  )
}
