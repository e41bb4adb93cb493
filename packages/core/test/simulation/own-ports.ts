import type { KeyValueStore, Platform } from '../../src/platform/ports.ts'

/** The ports of one client, which notice where it goes. */
export interface OwnPorts {
  readonly platform: Platform
  /** How often anything was asked of the page. */
  touches(): number
}

/** Hands a page's ports to one client; `named` hears of every name that it uses in what all clients share. */
export function ownPorts(
  platform: Platform,
  client: string,
  named: (client: string, name: string) => void,
): OwnPorts {
  let touches = 0

  /** The same, counted. */
  function counted<T extends object>(port: T): T {
    const entries = Object.entries(port).map(([name, call]: [string, (...values: never[]) => unknown]) => [
      name,
      (...values: never[]) => {
        touches += 1
        return call(...values)
      },
    ])
    return Object.fromEntries(entries) as T
  }

  function store(of: KeyValueStore): KeyValueStore {
    const { get, set, remove, keys } = counted(of)
    const mine = (key: string): string => {
      named(client, key)
      return key
    }
    return {
      get: (key) => get(mine(key)),
      set: (key, value) => set(mine(key), value),
      remove: (key) => remove(mine(key)),
      keys,
    }
  }

  const { fetch, send, openChannel, openFrame } = counted({
    fetch: platform.fetch,
    send: platform.send,
    openChannel: platform.openChannel,
    openFrame: platform.openFrame,
  })
  const locks = counted(platform.locks)
  return {
    platform: {
      clock: counted(platform.clock),
      random: counted(platform.random),
      fetch,
      send,
      session: store(platform.session),
      shared: store(platform.shared),
      navigation: counted(platform.navigation),
      page: counted(platform.page),
      locks: {
        exist: locks.exist,
        run(name, signal, work) {
          named(client, name)
          return locks.run(name, signal, work)
        },
      },
      openChannel(name, onMessage) {
        named(client, name)
        return openChannel(name, onMessage)
      },
      openFrame,
    },
    touches: () => touches,
  }
}
