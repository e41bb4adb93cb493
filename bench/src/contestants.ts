import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** An app to be measured: which SDK it is built with, and what its provider has to know. */
export interface ContestantEntry {
  readonly id: string
  readonly title: string
  readonly isLatchkey: boolean
  /** The folder whose `node_modules` has the SDK, and its packages there, for their versions. */
  readonly folder: string
  readonly packages: readonly string[]
  readonly adapter: string
  /** What runs before `main.tsx`. */
  readonly entry?: string
  /** Pages besides `index.html`. */
  readonly pages?: readonly string[]
  /** Files that the SDK wants beside the app. */
  readonly files?: (urls: { readonly issuer: string; readonly apiUrl: string }) => Record<string, string>
  readonly redirectPaths?: readonly string[]
  readonly dialect?: 'auth0'
  /** What the provider is to take a request's address for. */
  readonly rewrite?: (url: string) => string
  /** It hands out tokens with a render, and has no function that an app could ask for one. */
  readonly hasNoTokenCall?: boolean
}

const bench = join(import.meta.dirname, '..')
const contestants = join(bench, 'contestants')
const peersFolder = join(bench, 'peers')

export const withoutSdk: ContestantEntry = {
  id: 'without-sdk',
  title: 'no SDK',
  isLatchkey: false,
  folder: bench,
  packages: [],
  adapter: join(contestants, 'without-sdk.tsx'),
}

export const entries: readonly ContestantEntry[] = [
  latchkey({ id: 'latchkey-memory', title: 'Latchkey, in memory' }),
  latchkey({ id: 'latchkey-vault', title: 'Latchkey, vault' }),
  latchkey({ id: 'latchkey-hosted', title: 'Latchkey, hosted' }),
  peer('react-oidc-context', { packages: ['react-oidc-context', 'oidc-client-ts'], hasNoTokenCall: true }),
  peer('auth0-react', { packages: ['@auth0/auth0-react'], dialect: 'auth0' }),
  peer('oidc-spa', {
    packages: ['oidc-spa'],
    entry: join(peersFolder, 'oidc-spa.main.ts'),
    redirectPaths: ['/'],
  }),
  peer('axa-react-oidc', {
    packages: ['@axa-fr/react-oidc'],
    redirectPaths: ['/silent-callback'],
    files: serviceWorkerOfAxa,
  }),
  peer('react-oauth2-code-pkce', { packages: ['react-oauth2-code-pkce'], hasNoTokenCall: true }),
  peer('logto-react', {
    packages: ['@logto/react'],
    // It asks where Logto is, and takes the rest from the answer.
    rewrite: (url) => url.replace(/^\/oidc\/\.well-known\//, '/.well-known/'),
  }),
]

/** `name 1.2.3`, of each of its packages. */
export function versionsOf({ folder, packages }: ContestantEntry): string[] {
  return packages.map((name) => {
    const manifest = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')
    return `${name} ${(JSON.parse(manifest) as { readonly version: string }).version}`
  })
}

function latchkey(entry: Pick<ContestantEntry, 'id' | 'title'>): ContestantEntry {
  return {
    ...entry,
    isLatchkey: true,
    folder: bench,
    packages: ['@latchkey/react'],
    adapter: join(contestants, `${entry.id}.tsx`),
    pages: ['silent-callback.html'],
  }
}

function peer(
  id: string,
  { packages, ...rest }: Pick<ContestantEntry, 'packages'> & Partial<ContestantEntry>,
): ContestantEntry {
  const [title = id] = packages
  return {
    id,
    title,
    isLatchkey: false,
    folder: peersFolder,
    packages,
    adapter: join(peersFolder, `${id}.tsx`),
    ...rest,
  }
}

/** What its README says to copy into the app's folder, with the addresses filled in. */
function serviceWorkerOfAxa({ issuer, apiUrl }: { readonly issuer: string; readonly apiUrl: string }) {
  const dist = join(peersFolder, 'node_modules/@axa-fr/oidc-client-service-worker/dist')
  const domains = { default: { oidcDomains: [issuer], accessTokenDomains: [apiUrl] } }
  return {
    'OidcServiceWorker.js': readFileSync(join(dist, 'OidcServiceWorker.js'), 'utf8'),
    'OidcTrustedDomains.js': `const trustedDomains = ${JSON.stringify(domains)}\n`,
  }
}
