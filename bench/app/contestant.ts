import type { ComponentType, ReactNode } from 'react'

/** What an SDK is to the app that all of them are built into: the hooks that its own documentation shows. */
export interface Contestant {
  readonly Provider: ComponentType<{ readonly children: ReactNode }>
  useStatus(): 'loading' | 'signed out' | 'signed in'
  useLogin(): () => unknown
  useName(): string | undefined
  useTokenCalls(): TokenCalls
}

/** What the app does with tokens. */
export interface TokenCalls {
  /** As the SDK's documentation has an app come by a token that is good, whatever it was before. */
  getAccessToken(): Promise<unknown>
  /** Renews the tokens, whether they have expired or not. */
  renew(): Promise<unknown>
  /** Calls an API with a good token. */
  callApi(url: string): Promise<Response>
}

/** Calls an API the way most apps do. */
export function withBearer(
  getAccessToken: () => Promise<unknown>,
  renew: () => Promise<unknown>,
): TokenCalls {
  return {
    getAccessToken,
    renew,
    callApi: async (url) => fetch(url, { headers: { authorization: `Bearer ${await getAccessToken()}` } }),
  }
}
