import type Provider from 'oidc-provider'
import type { KoaContextWithOIDC } from 'oidc-provider'

/** Something that only an app and a server may know, as it passes between them. */
export interface PassedSecret {
  /** Its name on the wire. */
  readonly name: 'access_token' | 'refresh_token' | 'id_token' | 'code' | 'code_verifier'
  readonly value: string
}

const names: readonly PassedSecret['name'][] = [
  'access_token',
  'refresh_token',
  'id_token',
  'code',
  'code_verifier',
]

/** What is secret in a request or in an answer. */
export function secretsIn(fields: unknown): readonly PassedSecret[] {
  const values = Object(fields) as Readonly<Record<string, unknown>>
  return names.flatMap((name) => {
    const value = values[name]
    return typeof value === 'string' ? [{ name, value }] : []
  })
}

/** Tells of a provider's secrets from now on. */
export function tellSecrets(provider: Provider, onSecret: (secret: PassedSecret) => void): void {
  const tell = (fields: unknown): void => secretsIn(fields).forEach(onSecret)
  provider.on('authorization.success', (_ctx: KoaContextWithOIDC, answer?: unknown) => tell(answer))
  provider.on('grant.success', ({ oidc, body }: KoaContextWithOIDC) => {
    tell(oidc.params)
    tell(body)
  })
  provider.on('grant.error', ({ oidc }: KoaContextWithOIDC) => tell(oidc.params))
}
