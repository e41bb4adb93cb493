import type { Keeper, KeeperChange, Session } from '../src/keeper/keeper.ts'
import { createMemoryKeeper } from '../src/keeper/memory.ts'
import type { CodeGrant } from '../src/protocol/code-grant.ts'
import type { TokenSet } from '../src/protocol/token-set.ts'
import { createSessionRecordStore } from '../src/session-record.ts'
import { createTabLine } from '../src/tab-line.ts'
import { createFakePlatform, type FakePlatform } from './fake-platform.ts'
import { createManualClock, type ManualClock, turns } from './manual-clock.ts'
import { createScriptedProvider, type ScriptedProvider } from './scripted-provider.ts'

/** A keeper alone: no protocol code, no network, every answer and every moment in the test's hands. */
export interface KeeperScene {
  readonly keeper: Keeper
  readonly provider: ScriptedProvider
  readonly clock: ManualClock
  readonly page: Pick<FakePlatform, 'setOnline' | 'setVisible' | 'blockStorage' | 'wake' | 'listenerCount'>
  /** What the keeper told, in order. */
  readonly changes: KeeperChange[]
  /** Fresh tokens, numbered: `access-1` and `refresh-1`, then `access-2` and `refresh-2`. */
  tokens(shape?: TokenShape): TokenSet
  /** Signs in, replacing whatever session there is. */
  signIn(tokens?: TokenSet): Promise<Session>
}

/** What fresh tokens are like. */
export interface TokenShape {
  /** Default: 300. Undefined: the server does not say. */
  readonly lifetimeSeconds?: number | undefined
  /** Null: none was issued. */
  readonly refreshToken?: string | null
  readonly sub?: string
}

/** What a keeper scene is set with. */
export interface KeeperSceneOptions {
  /** The jitter's randomness, from 0 to 1. */
  readonly fraction?: () => number
}

/** A code grant; a scripted provider does not look at it. */
export const someGrant: CodeGrant = {
  state: 's',
  codeVerifier: 'v',
  nonce: 'n',
  redirectUri: 'https://app.example/callback',
  scope: 'openid',
}

/** Makes a {@link KeeperScene}, with nobody signed in and nothing started. */
export function createKeeperScene({ fraction = () => 0.5 }: KeeperSceneOptions = {}): KeeperScene {
  const clock = createManualClock()
  const { page, random, locks, openChannel, shared, ...hands } = createFakePlatform()
  const provider = createScriptedProvider()
  const keeper = createMemoryKeeper({
    platform: { clock, page, locks, random: { ...random, fraction } },
    provider,
    line: createTabLine(openChannel, 'test'),
    record: createSessionRecordStore(shared, 'session'),
    instanceId: 'test',
    lockTimeoutMs: 15_000,
    gives: 'all',
  })
  const changes: KeeperChange[] = []
  keeper.onChange((change) => changes.push(change))
  let serial = 0

  const scene: KeeperScene = {
    keeper,
    provider,
    clock,
    page: hands,
    changes,
    tokens(shape = {}) {
      const number = ++serial
      const {
        lifetimeSeconds,
        refreshToken = `refresh-${number}`,
        sub = 'alice',
      } = { lifetimeSeconds: 300, ...shape }
      const requestedAt = clock.now()
      return {
        accessToken: `access-${number}`,
        tokenType: 'bearer',
        requestedAt,
        scope: 'openid',
        claims: { iss: 'https://id.example', sub, aud: 'app', exp: 0, iat: 0 },
        ...(lifetimeSeconds !== undefined && { expiresAt: requestedAt.epochMs + lifetimeSeconds * 1000 }),
        ...(refreshToken !== null && { refreshToken }),
      }
    },
    async signIn(tokens = scene.tokens()) {
      const session = keeper.redeem(new URLSearchParams(), someGrant)
      await turns()
      provider.redemptions.last().resolve(tokens)
      return session
    },
  }
  return scene
}

/** A keeper scene where somebody has signed in with the first tokens. */
export async function createKeptSession(
  shape?: TokenShape,
  options?: KeeperSceneOptions,
): Promise<KeeperScene> {
  const scene = createKeeperScene(options)
  await scene.signIn(scene.tokens(shape))
  return scene
}
