import type { LoginOptions, OpenIdOptions } from '@latchkey/core'
import { createFakePlatform, type FakePlatform } from '../../core/test/fake-platform.ts'
import { createFakeProvider, type FakeProvider } from '../../core/test/fake-provider.ts'
import { type Scene, sceneOf } from '../../core/test/signed-in.ts'

/** What a page in the test's window is opened with. */
export interface WindowSceneOptions {
  readonly provider?: FakeProvider
  readonly options?: Partial<OpenIdOptions>
  /** The storage of an earlier page in the same tab. */
  readonly stored?: Map<string, string>
}

/** Loads a page of the app: the client and the routers share the window's address bar. */
export async function openPage(
  path: string,
  { provider, options, stored = new Map() }: WindowSceneOptions = {},
): Promise<Scene> {
  history.replaceState(null, '', path)
  const used = provider ?? (await createFakeProvider())
  return sceneOf(used, createWindowPlatform(used, stored), options)
}

/** Where a sign-in is begun, how, and with what the provider answers. */
export interface SignInJourney extends WindowSceneOptions {
  readonly from?: string
  readonly login?: LoginOptions
  /** Parameters of the answer that differ from a sign-in that worked. */
  readonly answer?: Record<string, string>
}

/** Signs in at the provider, and loads the page that the provider sends the person back to. */
export async function arriveAtCallback({
  from = '/',
  login,
  answer,
  ...options
}: SignInJourney = {}): Promise<Scene> {
  const scene = await openPage(from, options)
  await scene.auth.login(login)
  return comeBack(scene, options, answer)
}

/** Loads the page that the provider sends the person back to, after the sign-in that was begun last. */
export function comeBack(
  { provider, platform }: Scene,
  options: WindowSceneOptions = {},
  answer: Record<string, string> = {},
): Promise<Scene> {
  const { pathname, search } = new URL(provider.signIn(platform.visited.at(-1) ?? '', answer))
  return openPage(pathname + search, { ...options, provider, stored: platform.stored })
}

/** Path, query and hash, as the address bar shows them. */
export function addressBar(): string {
  return location.pathname + location.search + location.hash
}

function createWindowPlatform({ fetch }: FakeProvider, stored: Map<string, string>): FakePlatform {
  const platform = createFakePlatform({ fetch, stored })
  return {
    ...platform,
    navigation: {
      ...platform.navigation,
      href: () => location.href,
      replace(url) {
        platform.replaced.push(url)
        history.replaceState(history.state, '', url)
      },
    },
    goTo: (url) => history.replaceState(null, '', url),
  }
}
