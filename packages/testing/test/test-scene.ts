import type { User } from '@latchkey/core'
import { NetworkError, SignInRequiredError } from '@latchkey/core'
import { turns } from '../../core/test/manual-clock.ts'
import { createTestAuth } from '../src/index.ts'
import type { SetScene } from './contract-scene.ts'
import { createTestApi, testApis } from './test-api.ts'

const alice: User = { sub: 'alice', name: 'Alice' }

/** Sets a scene with a client that a test drives by hand. */
export const setTestScene: SetScene = async (options) => {
  const { begin, login = {}, refusal, hasRefreshToken = true, claims = {}, onSessionLost } = options
  const { apis, identifiedBy } = { apis: testApis, ...options }
  // It stands still but for what the test lets pass.
  const now = (): number => 1_800_000_000_000
  const auth = createTestAuth<User>({
    user: { ...alice, ...claims },
    status: begin === 'signed in' ? 'authenticated' : begin === 'loading' ? 'loading' : 'unauthenticated',
    ...(begin === 'answered' && { callback: login }),
    redirects: 'manual',
    ...(apis && { apis }),
    ...(identifiedBy && { identifiedBy }),
    hasRefreshToken,
    ...(onSessionLost && { onSessionLost }),
    ...options.limits,
    now,
    fetch: createTestApi(),
  })
  const gone = (): NetworkError => new NetworkError('network_failed', 'Nobody is there.')
  return {
    auth,
    departures: () => auth.logins.length,
    requests: auth.requests as Request[],
    async expire() {
      auth.expire()
    },
    refuse: () => auth.failNextRefresh(new SignInRequiredError('session_ended', 'It is over.')),
    cutOff() {
      auth.failNextRefresh(gone())
      auth.failNextUserInfo(gone())
      auth.failNextLogin(gone())
      auth.failNextLogout(gone())
    },
    async rename(name) {
      auth.changeUser({ ...alice, name })
    },
    describe: (userInfo) => auth.prepareUserInfo({ ...alice, ...userInfo }),
    async signOutElsewhere() {
      auth.signOutElsewhere()
    },
    async signInElsewhere(sub) {
      auth.signInElsewhere({ sub, name: sub })
    },
    comeBack: () => auth.comeBack(),
    async refuseAtProvider() {
      auth.failSignIn()
    },
    answer() {
      // Nobody is there to whom it could come.
      if (auth.getState().status === 'redirecting') return
      if (refusal) auth.failSignIn()
      else auth.signIn()
    },
    async settle(isFound) {
      auth.settle(isFound ? alice : undefined)
    },
    async pass(ms) {
      auth.advance(ms)
      await turns()
    },
    popup: {
      isOpen() {
        return auth.isPopupOpen()
      },
      async answer(sub = 'alice') {
        auth.signIn(sub === 'alice' ? alice : { sub, name: sub })
      },
      async refuse() {
        auth.failSignIn()
      },
      async close() {
        auth.closePopup()
      },
      block: () => auth.blockPopups(),
    },
    async losePatience() {
      auth.losePatience()
    },
  }
}
