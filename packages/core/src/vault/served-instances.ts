import type { KeeperChange } from '../keeper/keeper.ts'
import type { Platform, WakeCause } from '../platform/ports.ts'
import type { WorkerSurroundings } from '../platform/worker.ts'
import { signOutIn } from '../sign-out-elsewhere.ts'
import { createEmitter } from '../store.ts'
import { createVaultInstance, type VaultInstance } from './instance.ts'
import { type PlainChange, type VaultNews, type VaultSettings, vaultVersion } from './messages.ts'
import { packError } from './plain-error.ts'

/** A page, as the vault knows it. */
export interface VaultClient {
  isVisible: boolean
  hear(news: VaultNews): void
}

/** An instance and its pages. */
export interface ServedInstance {
  readonly instance: VaultInstance
  readonly clients: Set<VaultClient>
  readonly settings: VaultSettings
  readonly wake: (cause: WakeCause) => void
  tell(change: KeeperChange, except?: VaultClient): void
}

/**
 * Makes the instances that pages ask for. Clients that differ in anything that decides where tokens go get instances of
 * their own, so nobody can talk an instance into sending its tokens elsewhere.
 *
 * @returns the instance for these settings: the one that there is, or a new one
 */
export function createServedInstances(
  createPlatform: (surroundings: WorkerSurroundings) => Platform,
): (settings: VaultSettings) => ServedInstance {
  const served = new Map<string, ServedInstance>()

  return (settings) => {
    const key = keyOf(settings)
    const existing = served.get(key)
    if (existing) return existing
    const clients = new Set<VaultClient>()
    const wakes = createEmitter<[cause: WakeCause]>()
    const platform = createPlatform({
      isVisible: () => [...clients].some(({ isVisible }) => isVisible),
      onWake: wakes.on,
    })
    // Other tabs go by the instance's name alone: what is held for other settings must not be had by that name. A
    // sign-out is for all of them, such as after the app has added an API to a sealed vault.
    const isNameTaken = [...served.values()].some(
      (other) => other.settings.instanceId === settings.instanceId,
    )
    const instance = createVaultInstance(
      settings,
      isNameTaken ? { ...platform, openChannel: onlySignOuts(platform.openChannel) } : platform,
    )
    const made: ServedInstance = {
      instance,
      clients,
      settings,
      wake: wakes.emit,
      tell(change, except) {
        const { record } = instance.session()
        const news = { latchkey: vaultVersion, change: plainChange(change), record }
        for (const client of clients) if (client !== except) client.hear(news)
      },
    }
    instance.keeper.onChange((change) => made.tell(change))
    served.set(key, made)
    return made
  }
}

function onlySignOuts(openChannel: Platform['openChannel']): Platform['openChannel'] {
  const isSignOut = (message: unknown): boolean => signOutIn(message) !== undefined
  return (name, onMessage) => {
    const channel = openChannel(name, (message) => isSignOut(message) && onMessage(message))
    return channel && { ...channel, post: (message) => isSignOut(message) && channel.post(message) }
  }
}

function keyOf(settings: VaultSettings): string {
  const { instanceId, protocol, issuer, endpoints, clientId, pushedAuthorization, binding } = settings
  const { isSealed, apis } = settings
  const decisive = [instanceId, protocol, issuer, endpoints, clientId, pushedAuthorization, binding]
  return JSON.stringify([...decisive, isSealed, isSealed && apis])
}

function plainChange(change: KeeperChange): PlainChange {
  return 'error' in change && change.error
    ? { ...change, error: packError(change.error) }
    : (change as PlainChange)
}
