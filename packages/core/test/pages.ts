import './loaded-engine.ts'
import type { NetworkError } from '../src/index.ts'
import { expectWords } from './expect-words.ts'
import { createScene, type Scene, type SceneOptions } from './signed-in.ts'

/** Loads a page in the same tab: what is stored and the time go on, what was in memory is gone. */
export function nextPage(
  { provider, platform }: Scene,
  href: string = platform.navigation.href(),
  options: SceneOptions['options'] = {},
): Promise<Scene> {
  const { epochMs } = platform.clock.now()
  return createScene({ provider, href, stored: platform.stored, epochMs, options })
}

/** Where the page was last sent to, as a URL. */
export function destinationOf({ platform }: Scene): URL {
  return new URL(platform.visited.at(-1) ?? 'about:blank')
}

/** The provider's answer to the sign-in that the page was last sent to. */
export function answerTo(scene: Scene, extra: Record<string, string> = {}): string {
  return scene.provider.signIn(destinationOf(scene).href, extra)
}

/** The provider's refusal of the sign-in that the page was last sent to. */
export function refusalOf(scene: Scene, error: string, extra: Record<string, string> = {}): string {
  const answer = new URL(answerTo(scene, { error, ...extra }))
  answer.searchParams.delete('code')
  return answer.href
}

/** Makes every request to the provider fail, as when it is down. */
export function cutOff({ provider }: Scene): void {
  provider.onRequest = () => {
    throw new TypeError('Failed to fetch')
  }
}

/** A request that is on its way for as long as a test wants. */
export interface HeldRequest {
  /** Settles when the provider has got it. */
  readonly arrived: Promise<void>
  /** Lets the provider answer. */
  goOn(): void
}

/** Holds up the requests to this path, or to any. */
export function holdUp({ provider }: Pick<Scene, 'provider'>, path?: string): HeldRequest {
  let arrive = (): void => undefined
  let goOn = (): void => undefined
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve
  })
  const held = new Promise<void>((resolve) => {
    goOn = resolve
  })
  provider.onRequest = (request) => {
    if (path !== undefined && request.path !== path) return undefined
    arrive()
    // Undefined in the end: the provider answers itself.
    return held as Promise<never>
  }
  return { arrived, goOn: () => goOn() }
}

/** What a promise was rejected with, so that it can be looked at. */
export async function rejectionOf(promise: Promise<unknown>): Promise<NetworkError> {
  return promise.then(
    () => {
      throw new Error('It was not rejected.')
    },
    (error) => {
      expectWords(error)
      return error
    },
  )
}
