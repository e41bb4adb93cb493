import type { AuthClient } from '@latchkey/core'

/** What developer tools show of a hook whose value says nothing by itself. */
export function statusOf({ getState }: Pick<AuthClient<unknown>, 'getState'>): string {
  const { status, reason } = getState()
  return `${status}: ${reason}`
}
