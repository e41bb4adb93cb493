const storageKey = 'latchkey-demo.organization'

/** What a sign-in is to ask for, for all tabs, because they share one session. Nothing until somebody has switched. */
export function chosenOrganization(): { readonly organization?: string } {
  const organization = localStorage.getItem(storageKey)
  return organization === null ? {} : { organization }
}

/** For the pages that are loaded later. */
export function rememberOrganization(organization: string): void {
  localStorage.setItem(storageKey, organization)
}
