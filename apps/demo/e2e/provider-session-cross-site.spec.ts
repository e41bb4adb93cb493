import { watchFrames } from './frames.ts'
import { expectSignedIn, signIn, signOutAtProvider, watchIntervalMs, watchProvider } from './journeys.ts'
import { expect, test } from './test.ts'

/** To `localhost`, where the app is, this is another site: its cookies are third-party ones in a frame of the app. */
test.use({ providerHost: '127.0.0.1' })

test('nothing is watched on another site, whose cookies do not reach a frame: no frame, no request, nobody signed out', async ({
  page,
  context,
  idp,
}) => {
  await page.clock.install()
  await watchProvider(context)
  await signIn(page)
  const frames = watchFrames(page)
  for (const isOver of [false, true]) {
    if (isOver) await signOutAtProvider(context, idp)
    idp.clearRequests()
    await page.clock.runFor(3 * watchIntervalMs)
    await expectSignedIn(page)
    expect(frames.count()).toBe(0)
    expect(idp.requests).toEqual([])
  }
})
