import { nameInstance, shortName } from './instance-id.ts'
import { createBrowserPlatform } from './platform/browser.ts'
import type { Platform } from './platform/ports.ts'
import { createSessionRecordStore } from './session-record.ts'
import { signOutTabs } from './sign-out-tabs.ts'
import { storageKeys } from './storage-keys.ts'
import { createTabLine } from './tab-line.ts'

/** Whose session the provider ends: as the client of the app is made with. */
export interface FrontChannelLogoutOptions {
  readonly issuer: string
  readonly clientId: string
  readonly name?: string
  /** Replaces single ports to the surroundings: in tests. */
  readonly platform?: Partial<Pick<Platform, 'shared' | 'openChannel' | 'navigation' | 'page'>>
}

/**
 * `signed_out`: every tab of the app is. `nobody`: nobody was signed in. `ignored`: the request is about another provider
 * or another session, or the page was opened by itself.
 */
export type FrontChannelLogoutResult = 'signed_out' | 'nobody' | 'ignored'

/**
 * What the page at the client's `frontchannel_logout_uri` does (OpenID Connect Front-Channel Logout 1.0 §2, §3): the
 * provider loads it in a frame when its session ends, and the session of this app ends in every tab, with the reason
 * `signed_out_elsewhere`. Nothing else of the app is loaded, and no request sent. `iss` and `sid` are compared where the
 * provider gives them; have it give them (`frontchannel_logout_session_required`), or whoever frames the page can sign
 * people out. Serve it with `Cache-Control: no-store`, and let the provider frame it (`frame-ancestors`).
 *
 * It works where the provider is on the app's own site: the storage and the channels of a frame of another site are not
 * those of the app.
 *
 * @example
 * ```ts
 * import { handleFrontChannelLogout } from '@latchkey/core/front-channel-logout'
 *
 * handleFrontChannelLogout({ issuer: 'https://id.example.com', clientId: 'my-app' })
 * ```
 */
export function handleFrontChannelLogout({
  issuer,
  clientId,
  name,
  platform,
}: FrontChannelLogoutOptions): FrontChannelLogoutResult {
  const { shared, openChannel, navigation, page } = { ...createBrowserPlatform(), ...platform }
  if (!page.isFramed()) return 'ignored'
  const instanceId = nameInstance(issuer, clientId, name)
  const keys = storageKeys(instanceId)
  const { searchParams } = new URL(navigation.href())
  // One that comes twice is none that could be right.
  const [iss = null, sid = null] = ['iss', 'sid'].map((name) =>
    searchParams.has(name) ? searchParams.getAll(name).join('\n') : null,
  )
  // §2: where there is one of them, there are both.
  if ((iss ?? issuer) !== issuer || (sid !== null && iss === null)) return 'ignored'
  const record = createSessionRecordStore(shared, keys.record)
  if (record.read().status !== 'signed_in') return 'nobody'
  if (sid !== null && shortName(sid) !== shared.get(keys.sid)) return 'ignored'
  signOutTabs(record, createTabLine(openChannel, instanceId))
  return 'signed_out'
}
