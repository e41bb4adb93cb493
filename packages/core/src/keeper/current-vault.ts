import { isAuthError } from '../errors.ts'
import { createLiveLink } from '../live-link.ts'
import type { VaultMethod, VaultMethods } from '../vault/messages.ts'
import type { VaultLink } from './vault-link.ts'

/** The vault that this page talks to now: one that has stopped answering is replaced by the next call. */
export interface CurrentVault {
  /** The link to it, made where there is none. @throws {VaultUnavailable} */
  reach(): Promise<VaultLink>
  /** @throws {VaultUnavailable}, or what {@link VaultLink.call} throws */
  call<TMethod extends VaultMethod>(
    method: TMethod,
    params: VaultMethods[TMethod][0],
  ): Promise<VaultMethods[TMethod][1]>
  /** For what may be asked twice: where the vault is lost in the middle of it, the next one is asked. */
  callAgain: CurrentVault['call']
  /** Whether it has been asked for: nobody makes a worker for what can wait. */
  isWanted(): boolean
  /** Uses the link if there is one. Whoever wanted it is told if there can be none. */
  use(use: (link: VaultLink) => void): void
}

/** Makes a {@link CurrentVault}. Connects to nothing yet. */
export function createCurrentVault(connect: () => Promise<VaultLink>): CurrentVault {
  const { reach, latest } = createLiveLink(connect)
  const call: CurrentVault['call'] = async (method, params) => (await reach()).call(method, params)

  return {
    reach,
    call,
    callAgain: (method, params) =>
      call(method, params).catch((error: unknown) => {
        if (!isLost(error)) throw error
        return call(method, params)
      }),
    isWanted: () => latest() !== undefined,
    use(use) {
      latest()
        ?.then(use)
        .catch(() => undefined) // told to whoever wanted the vault
    },
  }
}

/** Whether the vault stopped answering in the middle of it. */
export function isLost(error: unknown): boolean {
  return isAuthError(error) && error.code === 'vault_lost'
}
