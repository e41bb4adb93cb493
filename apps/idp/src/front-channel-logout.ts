import type Provider from 'oidc-provider'
import type { ClientMetadata, KoaContextWithOIDC } from 'oidc-provider'
import { buildSigningOutEverywherePage } from './pages/signing-out-everywhere-page.ts'

/** Where an app is told of a sign-out (OpenID Connect Front-Channel Logout 1.0 section 2). */
export const frontChannelMetadata = [
  'frontchannel_logout_uri',
  'frontchannel_logout_session_required',
] as const

/**
 * OpenID Connect Front-Channel Logout 1.0, which oidc-provider has no longer: whoever signs out here is shown a page
 * that tells each of their apps in a frame, and goes on from there to where they would have gone.
 */
export function addFrontChannelLogout(provider: Provider, appOrigins: readonly string[]): void {
  // Section 3: who is to compare `sid` at the end is given it in the ID token.
  provider.Client.prototype.includeSid = function includeSid() {
    return this.frontchannel_logout_session_required === true
  }

  provider.use(async (context, next) => {
    await next()
    const { oidc } = context as Partial<KoaContextWithOIDC>
    if (oidc?.route !== 'end_session_confirm' || !oidc.params?.logout) return
    const destination = context.response.get('location')
    const frames = destination === '' ? [] : await framesFor(provider, oidc)
    if (frames.length === 0) return
    const page = buildSigningOutEverywherePage({ frames, destination, appOrigins })
    context.remove('location')
    context.status = 200
    context.set(page.headers)
    context.body = page.markup
  })
}

/** What the session was about is still known when it is over. */
async function framesFor(
  provider: Provider,
  { session }: KoaContextWithOIDC['oidc'],
): Promise<readonly string[]> {
  const frames: string[] = []
  for (const [clientId, { sid }] of Object.entries(session?.authorizations ?? {})) {
    const metadata: ClientMetadata | undefined = (await provider.Client.find(clientId))?.metadata()
    const uri = metadata?.frontchannel_logout_uri
    if (typeof uri !== 'string') continue
    const frame = new URL(uri)
    if (metadata?.frontchannel_logout_session_required === true && sid !== undefined) {
      frame.searchParams.set('iss', provider.issuer)
      frame.searchParams.set('sid', sid)
    }
    frames.push(frame.href)
  }
  return frames
}
