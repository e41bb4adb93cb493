import type { User } from '@latchkey/core'
import { NetworkError, SignInRequiredError } from '@latchkey/core'
import { createTestAuth } from '../src/index.ts'
import type { SetScene } from './contract-scene.ts'
import { createTestApi } from './test-api.ts'

const alice: User = { sub: 'alice', name: 'Alice' }

/** Sets a scene with a client that a test drives by hand. */
export const setTestScene: SetScene = async ({ begin, login = {}, refusal, hasRefreshToken = true }) => {
  const auth = createTestAuth<User>({
    user: alice,
    status: begin === 'signed in' ? 'authenticated' : begin === 'loading' ? 'loading' : 'unauthenticated',
    ...(begin === 'answered' && { callback: login }),
    redirects: 'manual',
    apis: ['https://api.example'],
    hasRefreshToken,
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
      auth.failNextLogin(gone())
      auth.failNextLogout(gone())
    },
    async rename(name) {
      auth.changeUser({ ...alice, name })
    },
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
    answer: () => (refusal ? auth.failSignIn() : auth.signIn()),
    async settle(isFound) {
      auth.settle(isFound ? alice : undefined)
    },
    async losePatience() {
      auth.losePatience()
    },
  }
}
