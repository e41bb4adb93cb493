import { type AppServer, startAppServer } from './app-server.ts'
import type { Clock } from './clock.ts'
import type { ContestantEntry } from './contestants.ts'
import type { Network } from './network.ts'
import { type Provider, startProvider } from './provider.ts'

/** A built app and the provider that it signs in with. */
export interface Site {
  readonly entry: ContestantEntry
  /** Where it was built to. */
  readonly folder: string
  readonly app: AppServer
  readonly provider: Provider
  stop(): Promise<void>
}

export async function openSite(
  entry: ContestantEntry,
  folder: string,
  { network, clock }: { readonly network: Network; readonly clock: Clock },
): Promise<Site> {
  const app = await startAppServer(folder, network, clock)
  const provider = await startProvider(entry, app.url, network)
  const { issuer, apiUrl } = provider.idp
  app.serve({
    values: { issuer, apiUrl, clientId: 'latchkey-demo' },
    extraFiles: entry.files?.({ issuer, apiUrl }) ?? {},
  })
  return {
    entry,
    folder,
    app,
    provider,
    async stop() {
      await Promise.all([app.stop(), provider.idp.stop()])
    },
  }
}
