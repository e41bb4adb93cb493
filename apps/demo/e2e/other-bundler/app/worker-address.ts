interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string }
}

const rules = {
  /** The files that this app makes workers of, and no others. */
  createScriptURL(url: string): string {
    if (!/^\/(auth-vault|auth-host|counted-host)\.js$/.test(url)) throw new TypeError(`No worker: ${url}`)
    return url
  },
}
const policy =
  (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy('other-app', rules) ?? rules

/** The address of a worker, as `require-trusted-types-for 'script'` wants it. */
export const workerAddress = (path: string): string => policy.createScriptURL(path)
