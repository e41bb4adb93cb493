export type { GuardOptions } from './client/guard.ts'
export type { AuthClient } from './client.ts'
export { createAuthClient } from './client.ts'
export type {
  AnyAuthError,
  AuthErrorCode,
  AuthErrorOptions,
  ConfigurationErrorCode,
  NetworkErrorCode,
  NetworkErrorDetails,
  ProtocolErrorCode,
  ServerErrorCode,
  ServerErrorDetails,
  SignInDemand,
  SignInRequiredErrorCode,
  SignInRequiredErrorDetails,
} from './errors.ts'
export {
  AuthError,
  ConfigurationError,
  isAuthError,
  NetworkError,
  ProtocolError,
  ServerError,
  SignInRequiredError,
} from './errors.ts'
export type { AuthEventMap } from './events.ts'
export type { Explanation } from './explain.ts'
export type { AccessTokenRequest, KeeperDescription, Session, VaultProblem } from './keeper/keeper.ts'
export type { ApiOptions } from './options/api-options.ts'
export type {
  AuthClientOptions,
  CheckedUserOptions,
  ClientOptions,
  Identified,
  LoadedUserOptions,
  LoadUser,
  OAuthOptions,
  OAuthServerOptions,
  OpenIdOptions,
  VaultOptions,
  VaultWorker,
} from './options/client-options.ts'
export type { EventLike } from './plain-options.ts'
export type {
  Channel,
  Clock,
  Instant,
  KeyValueStore,
  Locks,
  Navigation,
  Page,
  Platform,
  Random,
  WakeCause,
} from './platform/ports.ts'
export type { AuthenticationDemand } from './protocol/authentication-facts.ts'
export type { AuthorizationDetail } from './protocol/authorization-details.ts'
export type { Endpoints } from './protocol/settings.ts'
export type { IdTokenClaims, TokenSet, UserInfo } from './protocol/token-set.ts'
export { isExpired } from './protocol/token-set.ts'
export type { RungReport } from './restore/ladder.ts'
export type { RungName, SkipReason } from './restore/rung.ts'
export type { OnSessionLost } from './session-hold.ts'
export type { CallbackResult } from './sign-in/callback.ts'
export type { ClaimRequest, ClaimsRequest } from './sign-in/claims-request.ts'
export type { InitiatedLogin } from './sign-in/initiated-login.ts'
export type { LoginOptions } from './sign-in/login-options.ts'
export type { LogoutOptions, LogoutResult } from './sign-out.ts'
export type { StandardSchema, StandardSchemaIssue, StandardSchemaResult } from './standard-schema.ts'
export type {
  AuthenticatedReason,
  AuthenticatedState,
  AuthState,
  LoadingReason,
  LoadingState,
  RedirectingState,
  UnauthenticatedReason,
  UnauthenticatedState,
} from './state.ts'
export type { AuthorizationRequest } from './steps.ts'
export { createAuthorizationUrl, exchangeCode } from './steps.ts'
export type { User, UserAddress } from './user.ts'
