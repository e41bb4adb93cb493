import { describe, expect, it } from 'vitest'
import { createFakePlatform, type FakePlatform } from '../../test/fake-platform.ts'
import { type AnyAuthError, codeNotLoaded, SignInRequiredError } from '../errors.ts'
import { parseOptions } from '../options/parse-options.ts'
import { createAppUrls } from '../sign-in/app-urls.ts'
import type { CallbackResult } from '../sign-in/callback.ts'
import { storageKeys } from '../storage-keys.ts'
import { createCallbackOnce } from './callback-once.ts'

const settings = parseOptions({
  issuer: 'https://id.example',
  clientId: 'app',
  redirectUri: 'https://app.example/callback',
})
const keys = storageKeys(settings.instanceId)
const bareUrl = 'https://app.example/callback'
/** An answer to the sign-in of this name. */
const answerTo = (name: string): string => `${bareUrl}?code=C&state=${settings.statePrefix}${name}`

/** A sign-in that is being finished. */
interface Finishing {
  /** Where a page that is loaded anew for it begins; undefined: where it is. */
  leave(): string | undefined
  succeed(): void
  fail(error: AnyAuthError): void
}

interface CallbackScene {
  readonly platform: FakePlatform
  handle(url?: string): Promise<CallbackResult>
  /** What was begun to be finished, oldest first. */
  readonly finishing: Finishing[]
}

/** A page of a tab that has begun the sign-ins `one` and `two`. */
function createCallbackScene(href: string): CallbackScene {
  const platform = createFakePlatform({ href })
  for (const name of ['one', 'two']) platform.session.set(keys.signIn + settings.statePrefix + name, '{}')
  const finishing: Finishing[] = []
  const { navigation, session: storage } = platform
  const handle = createCallbackOnce({
    urls: createAppUrls(settings, navigation),
    storage,
    keys,
    navigation,
    here: navigation.href,
    finish: (_, leave) =>
      new Promise((resolve, reject) => {
        finishing.push({ leave, succeed: () => resolve({ returnTo: '/' }), fail: reject })
      }),
  })
  return { platform, handle, finishing }
}

const failed = new SignInRequiredError('sign_in_unknown', 'It is not known.')

describe('an answer to a sign-in of this tab', () => {
  it('is finished once, whatever else is asked about meanwhile', async () => {
    const { handle, finishing } = createCallbackScene(answerTo('one'))
    const first = handle()
    handle(answerTo('of-another-tab'))
    handle('https://app.example/elsewhere')
    expect(handle(answerTo('one'))).toBe(first)
    expect(handle(bareUrl)).toBe(first)
    expect(finishing).toHaveLength(3)
  })

  it('is finished once, though another was before it', async () => {
    const { handle, finishing } = createCallbackScene(answerTo('one'))
    handle()
    finishing[0]?.succeed()
    const second = handle(answerTo('two'))
    finishing[1]?.succeed()
    await second
    expect(handle(answerTo('two'))).toBe(second)
    expect(finishing).toHaveLength(2)
  })

  it('is finished once, though a look at the page before there was one comes to its end after it', async () => {
    const { handle, finishing } = createCallbackScene(bareUrl)
    const look = handle()
    const first = handle(answerTo('one'))
    finishing[0]?.succeed()
    await look
    expect(handle(answerTo('one'))).toBe(first)
    expect(finishing).toHaveLength(2)
  })

  it('is sent again by whoever still has it where the code that sends it could not be loaded, and not otherwise', async () => {
    const { handle, finishing } = createCallbackScene(answerTo('one'))
    const first = handle()
    finishing[0]?.fail(codeNotLoaded(undefined))
    await expect(first).rejects.toMatchObject({ code: 'code_not_loaded' })
    const second = handle(answerTo('one'))
    finishing[1]?.fail(failed)
    await expect(second).rejects.toBe(failed)
    expect(handle(answerTo('one'))).toBe(second)
    expect(finishing).toHaveLength(2)
  })
})

describe('a callback page without an answer', () => {
  it.each<[string, (look: Finishing | undefined) => void]>([
    ['came to a good end', (look) => look?.succeed()],
    ['failed', (look) => look?.fail(failed)],
  ])('is looked at anew when it is asked about again after a look that %s', async (_, end) => {
    const { handle, finishing } = createCallbackScene(bareUrl)
    const looks = [handle(), handle()]
    end(finishing[0])
    await Promise.allSettled(looks)
    expect(finishing).toHaveLength(1)
    handle()
    expect(finishing).toHaveLength(2)
  })
})

describe('a page that is loaded anew because the code that finishes sign-ins is gone', () => {
  it('begins with the answer that has left its address bar', () => {
    const { handle, finishing, platform } = createCallbackScene(answerTo('one'))
    handle()
    expect(platform.navigation.href()).toBe(bareUrl)
    expect(finishing[0]?.leave()).toBe(answerTo('one'))
  })

  it.each([
    ['an answer that was handed in', 'https://app.example/elsewhere', answerTo('one')],
    ['an answer to a sign-in of another tab', answerTo('of-another-tab'), undefined],
    ['no answer', bareUrl, undefined],
  ])('stays where it is with %s', (_, href, url) => {
    const { handle, finishing } = createCallbackScene(href)
    handle(url)
    expect(finishing[0]?.leave()).toBeUndefined()
  })
})
