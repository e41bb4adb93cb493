import vaultUrl from './auth-vault.ts?sharedworker&url'

/** What TypeScript’s DOM library does not know yet. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string; createHTML(html: string): string },
  ): Policy
}

interface Policy {
  createScriptURL(url: string): string
  createHTML(html: string): string
}

/** Made once, because a policy's name is given once: a vault that was lost is created again. */
const policy: Policy = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy(
  'latchkey-demo',
  { createScriptURL: () => vaultUrl, createHTML: (html) => html },
) ?? { createScriptURL: () => vaultUrl, createHTML: (html) => html }

/** Where the vault's worker is. */
export const vaultAddress = (): string => policy.createScriptURL(vaultUrl)

/** Markup that React has just rendered, and escaped. Nothing else may go through here. */
export const markup = (rendered: string): string => policy.createHTML(rendered)
