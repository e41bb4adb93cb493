import { type AuthClient, createAuthClient, type OpenIdOptions, type User } from '../src/index.ts'
import { createFakePlatform, type FakePlatform, type FakePlatformOptions } from './fake-platform.ts'
import { createFakeProvider, type FakeProvider } from './fake-provider.ts'

/** A client, its provider and its page. */
export interface Scene {
  readonly auth: AuthClient<User>
  readonly provider: FakeProvider
  readonly platform: FakePlatform
  readonly options?: Partial<OpenIdOptions> | undefined
}

/** What a scene is set with. */
export interface SceneOptions extends FakePlatformOptions {
  readonly provider?: FakeProvider
  readonly options?: Partial<OpenIdOptions>
}

/** A page of an app, with nobody signed in. */
export async function createScene({
  provider,
  options,
  ...platformOptions
}: SceneOptions = {}): Promise<Scene> {
  const used = provider ?? (await createFakeProvider())
  return sceneOf(used, createFakePlatform({ fetch: used.fetch, ...platformOptions }), options)
}

/** A client on a page, with a provider that goes by the page's clock. */
export function sceneOf(
  provider: FakeProvider,
  platform: FakePlatform,
  options: Partial<OpenIdOptions> | undefined,
): Scene {
  provider.now = () => platform.clock.now().epochMs / 1000
  const auth = createAuthClient({
    issuer: provider.issuer,
    clientId: 'app',
    redirectUri: '/callback',
    platform,
    ...options,
  })
  return { auth, provider, platform, options }
}

/** Signs in from where the scene's page is, and comes back: to the callback URL, on a new page of the same tab. */
export async function goThroughLogin(
  scene: Scene,
  ...login: Parameters<AuthClient['login']>
): Promise<Scene> {
  const { auth, provider, platform, options } = scene
  await auth.login(...login)
  const callbackUrl = provider.signIn(platform.visited.at(-1) ?? '')
  return createScene({
    provider,
    href: callbackUrl,
    stored: platform.stored,
    epochMs: platform.clock.now().epochMs,
    ...(options && { options }),
  })
}

/** A page where Alice has just signed in. */
export async function createSignedInScene(options: SceneOptions = {}): Promise<Scene> {
  const scene = await goThroughLogin(await createScene(options))
  await scene.auth.handleCallback()
  return scene
}
