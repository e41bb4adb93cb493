import { checkedUser } from '../checked-user.ts'
import type { Settings } from '../options/parse-options.ts'
import type { Platform } from '../platform/ports.ts'
import { createProvider } from '../protocol/provider.ts'
import { loadedExchanges } from '../protocol/rare-exchanges.ts'
import type { SessionRecordStore } from '../session-record.ts'
import type { StorageKeys } from '../storage-keys.ts'
import type { TabLine } from '../tab-line.ts'
import type { createBoundParts } from './bound-parts.ts'
import { createMemoryKeeper, type MemoryKeeper } from './memory.ts'
import { createTabMarks } from './tab-marks.ts'

/** What keepers are made of. */
export interface KeeperContext {
  readonly settings: Settings
  readonly platform: Platform
  readonly keys: StorageKeys
  readonly line: TabLine
  readonly record: SessionRecordStore
}

/** The keeper of an app without a vault: tokens and protocol are in this page. A binding needs `createParts`. */
export function createPageKeeper(
  { settings, platform, keys, line, record }: KeeperContext,
  createParts?: typeof createBoundParts,
): MemoryKeeper {
  const { instanceId, requestTimeoutMs, claims } = settings
  const bound =
    settings.binding &&
    createParts?.(settings.binding, {
      platform,
      name: instanceId,
      persists: settings.persist !== undefined,
      isShared: true,
    })
  const plain = createMemoryKeeper({
    platform,
    provider: createProvider({
      settings,
      platform,
      cacheKey: keys.metadata,
      rare: loadedExchanges,
      binding: bound?.binding,
    }),
    bound,
    line,
    record,
    instanceId,
    lockTimeoutMs: lockTimeoutMs(requestTimeoutMs),
    gives: 'all',
    marks: createTabMarks(platform.shared, platform.random, keys.holding),
  })
  const keeper: MemoryKeeper = claims
    ? {
        ...plain,
        redeem: (response, grant, request) =>
          plain.redeem(response, grant, {
            ...request,
            async accept(session) {
              checkedUser(session, claims)
              return undefined
            },
          }),
      }
    : plain
  if (!bound) return keeper
  const { proofs } = bound.binding
  return { ...keeper, send: bound.createBoundSend({ keeper, proofs, settings, platform }) }
}

/** Another tab may be at a request that takes its whole time, and no longer. */
export function lockTimeoutMs(requestTimeoutMs: number): number {
  return requestTimeoutMs + 5000
}
