import { describeAuthClient } from '../test/auth-contract.ts'
import { setHostedScene } from '../test/hosted-scene.ts'

describeAuthClient('in a worker', setHostedScene, {
  without: [
    // It has neither these options nor windows.
    'a session whose time runs',
    'loginWithPopup()',
    'with onSessionLost: holdSession',
    // It has to ask the worker first, so these do not hold at once. What comes of them is tested with the client.
    'explains itself',
    'keeps the session for as long as the page is being left',
    'leaves nobody signed in who comes back without having been',
    'has dropped the tokens and told of it before anything is awaited (OUT-03)',
    'stays on the page where it is local',
    'is done once, however often it is asked for',
    // Its tokens are in a vault.
    'is explained without a secret',
    // It learns of other tabs by events of the storage, which this scene does not have, and asks its vault first.
    'signs in, and this one is signed in too',
    'signs in once more, which changes the token and not the state',
    'signs in somebody else, of whom is told once',
    'a session that is looked for',
  ],
})
