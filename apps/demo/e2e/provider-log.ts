import type { Idp, RecordedRequest } from '@latchkey/idp'

/** What the provider or the API was asked at a path. A preflight is the browser's, not the app's. */
export function requestsTo({ requests }: Idp, path: string): readonly RecordedRequest[] {
  return requests.filter((request) => request.path === path && request.method !== 'OPTIONS')
}

/** Token requests of one kind. */
export function grants(idp: Idp, type: 'authorization_code' | 'refresh_token'): readonly RecordedRequest[] {
  return requestsTo(idp, '/token').filter(({ grantType }) => grantType === type)
}

/** How often a browser was sent to the provider to sign in. */
export function authorizations(idp: Idp): readonly RecordedRequest[] {
  return requestsTo(idp, '/auth')
}
