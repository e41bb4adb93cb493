/** An app that is registered at a fake provider. */
export interface FakeClient {
  readonly clientId: string
  /** Compared byte for byte (RFC 9700 §2.1). Default: any. */
  readonly redirectUris?: readonly string[]
  /** Default: any. */
  readonly postLogoutRedirectUris?: readonly string[]
}

/** Who may ask for what. Where no clients are registered, everybody may. */
export interface Clients {
  isKnown(clientId: string): boolean
  isRedirectUri(clientId: string, uri: string): boolean
  isPostLogoutRedirectUri(clientId: string, uri: string): boolean
}

/** Makes {@link Clients}. */
export function createClients(clients: readonly FakeClient[] | undefined): Clients {
  const find = (clientId: string): FakeClient | undefined =>
    clients ? clients.find((client) => client.clientId === clientId) : { clientId }
  const lists = (uris: readonly string[] | undefined, uri: string): boolean =>
    URL.canParse(uri) && (uris === undefined || uris.includes(uri))
  const may = (clientId: string, of: (client: FakeClient) => boolean): boolean => {
    const client = find(clientId)
    return client !== undefined && of(client)
  }
  return {
    isKnown: (clientId) => clientId !== '' && find(clientId) !== undefined,
    isRedirectUri: (clientId, uri) => may(clientId, ({ redirectUris }) => lists(redirectUris, uri)),
    isPostLogoutRedirectUri: (clientId, uri) =>
      may(clientId, ({ postLogoutRedirectUris }) => lists(postLogoutRedirectUris, uri)),
  }
}
