import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

/**
 * Every rule that the specifications, or the platform, lay on a client in a browser (MUST and MUST NOT), by its id, with
 * the test that breaks it and sees what follows. `broken` and `tokens` are written as tables of just that; the other
 * tests stand beside what keeps the rule.
 */
/** @param {string} file */
const core = (file) => `packages/core/src/${file}`
/** @param {string} file */
const react = (file) => `packages/react/src/${file}`
const broken = core('rules-broken.test.ts')
const tokens = core('rules-broken-tokens.test.ts')
const popup = core('popup/login-with-popup.test.ts')

const rules = [
  // Configure
  ['CFG-01', core('options/parse-options.test.ts'), 'may not be %s'],
  [
    'CFG-02',
    core('options/parse-options.test.ts'),
    '%s is told that a browser cannot keep one, and not repeated',
  ],
  [
    'CFG-03',
    core('options/parse-options.test.ts'),
    'option "redirectUri" has no default: a registered address is fixed',
  ],
  [
    'CFG-04',
    core('sign-in/login.test.ts'),
    'names the page’s origin, and ways out, where WebCrypto is withheld',
  ],
  ['CFG-05', core('options/parse-options.test.ts'), 'may not be %j with OpenID Connect'],
  // Discover
  ['DISC-01', broken, 'has its document at another place'],
  ['DISC-02', broken, 'names another issuer'],
  ['DISC-03', broken, 'answers with a page of the app’s kind'],
  ['DISC-04', broken, 'offers PKCE without S256'],
  ['DISC-06', broken, 'has an endpoint that anybody can listen at'],
  ['DISC-07', tokens, 'is signed with keys that nobody has, again and again'],
  // Authorization request
  ['AUTHZ-01', broken, 'is never asked for by fetch, only gone to, and for nothing but a code'],
  [
    'AUTHZ-02',
    core('protocol/authorization-url.test.ts'),
    'are 256 random bits each, URL-safe, and never the same twice',
  ],
  ['AUTHZ-03', broken, 'has no second try without PKCE'],
  ['AUTHZ-04', broken, 'takes nothing of the app’s to the provider'],
  [
    'AUTHZ-06',
    core('sign-in/login.test.ts'),
    'stores what the answer will be checked against before it goes',
  ],
  ['AUTHZ-07', broken, 'cannot be told another %s'],
  ['AUTHZ-10', broken, 'demands a pushed request and refuses it'],
  [
    'AUTHZ-11',
    core('sign-in/login.test.ts'),
    'is told to the provider beforehand where it demands that, anew each time',
  ],
  ['AUTHZ-13', core('initiated-login.test.ts'), 'a third party that wants somebody signed in'],
  // Callback
  ['CB-01', core('sign-in/callback-url.test.ts'), 'what a URL is to this client'],
  ['CB-02', broken, 'has a state that nobody has sent'],
  ['CB-03', broken, 'comes from another server, be it with an error'],
  ['CB-04', broken, 'lacks the issuer that was promised'],
  ['CB-05', broken, 'has a code twice'],
  ['CB-06', broken, 'says no in words of its own'],
  ['CB-07', broken, 'is sent once, on whatever page it comes up again'],
  ['CB-09', broken, 'comes in another browser'],
  ['CB-10', broken, 'may hold what nobody knows'],
  // Token response
  [
    'TOK-01',
    core('protocol/code-grant.test.ts'),
    'posts the code with its verifier, client and redirect URI, and nothing else',
  ],
  ['TOK-02', tokens, 'sends people, and the code, elsewhere'],
  ['TOK-03', tokens, 'answers with a list'],
  ['TOK-04', tokens, 'gives one of a kind that nobody knows'],
  ['TOK-05', core('dpop/dpop.test.ts'), 'a token that is not bound'],
  ['TOK-07', core('keeper/session-over-time.test.ts'), 'records a narrower scope'],
  ['TOK-08', tokens, 'gives tokens whose ID token is refused: the refresh token is given back'],
  ['TOK-09', tokens, 'says that the code is none'],
  ['TOK-10', core('dpop/dpop.test.ts'), 'says what to do where the nonce cannot be read'],
  // ID token
  ['IDT-01', tokens, 'has four parts'],
  ['IDT-02', tokens, 'is signed with nothing'],
  ['IDT-04', tokens, 'is signed with a key that is for something else'],
  ['IDT-05', tokens, 'is of another issuer, by a slash'],
  ['IDT-06', tokens, 'is for another client'],
  ['IDT-07', tokens, 'is for another client too'],
  ['IDT-08', tokens, 'ended before it began'],
  ['IDT-09', tokens, 'does not say when it was made'],
  ['IDT-10', tokens, 'answers somebody else’s question'],
  ['IDT-11', tokens, 'speaks of nobody'],
  ['IDT-14', tokens, 'brings its own key'],
  ['IDT-15', tokens, 'that it has expired ends nothing'],
  // UserInfo
  ['UI-01', core('protocol/user-info.test.ts'), 'is asked for with the access token in its header'],
  ['UI-02', broken, 'is about somebody else'],
  ['UI-03', broken, 'is signed by nobody'],
  // Restore
  ['REST-01', core('restore/restore.test.ts'), 'looks once, however often it is started, stopped and asked'],
  ['REST-03', core('restore/frame-rung.test.ts'), 'is listened to in spite of a message that is %s'],
  [
    'REST-03',
    core('platform/browser.dom.test.ts'),
    'is not seen, and says only what a page of this origin says in it',
  ],
  [
    'REST-04',
    core('restore/frame-rung.test.ts'),
    'says that nobody is signed in there: %s is an answer, and no error',
  ],
  [
    'REST-05',
    core('restore/redirect-rung.test.ts'),
    'is asked once: then nobody is signed in, quietly and where the person was',
  ],
  ['REST-07', core('dpop/persist.test.ts'), 'is no session where %s, and what is left is wiped'],
  [
    'REST-08',
    core('restore/recovery.test.ts'),
    'makes way for whoever the provider knows now, and no call gets a token of theirs',
  ],
  // Refresh
  ['REF-01', tokens, 'asks for no scope of its own'],
  ['REF-02', tokens, 'brings a refresh token that is none'],
  ['REF-03', core('keeper/tabs-load.test.ts'), 'send one request when all of them need another token'],
  [
    'REF-04',
    core('dpop/persist.test.ts'),
    'is what a page goes on with whose refresh token another page has exchanged, which is gone',
  ],
  ['REF-05', tokens, 'speaks of somebody else'],
  ['REF-06', tokens, 'is refused for good'],
  ['REF-09', core('dpop/dpop.test.ts'), 'is over where its key is gone, before anything is sent'],
  // APIs
  ['API-01', tokens, 'goes to nobody who is not listed'],
  ['API-01', core('api/find-api.test.ts'), 'https://api.example@evil.example/'],
  ['API-02', tokens, 'replaces nothing that says already who it is from'],
  ['API-03', core('dpop/dpop.test.ts'), 'has the key (§7.1, API-03)'],
  ['API-04', core('dpop/proofs.test.ts'), 'is tried once: what is refused again is the caller’s to see'],
  [
    'API-05',
    core('api/api-fetch.test.ts'),
    'follows no redirect, which would carry the token to an address that is not listed',
  ],
  ['API-08', tokens, 'reads nothing from the access token, which may be any text'],
  // Sign-out
  ['OUT-03', core('sign-out.test.ts'), 'has dropped the tokens before anything is awaited'],
  ['OUT-06', core('sign-out.test.ts'), 'is not undone by a guard, on this page or the next'],
  // Tabs
  [
    'TAB-02',
    core('keeper/tabs.test.ts'),
    'learns no token, code or verifier in a whole session of three tabs, in any encoding',
  ],
  ['TAB-03', core('sign-out.test.ts'), 'is a refresh, whose tokens are thrown away and revoked'],
  [
    'TAB-05',
    core('keeper/tabs.test.ts'),
    'is not even asked where there are %s: two tabs would send one refresh token',
  ],
  // Windows and frames
  ['POP-01', popup, 'opens it before anything is awaited'],
  ['POP-02', popup, 'signs in with the answer that comes by a channel, and leaves the page where it is'],
  [
    'POP-03',
    popup,
    'is not believed while the person is not back in the page, for a header may make it look so',
  ],
  ['POP-04', popup, 'hears nothing that is not the answer to this sign-in'],
  [
    'POP-04',
    core('platform/open-window.dom.test.ts'),
    'hears what the window says, of this origin only, and nothing once it is closed',
  ],
  ['POP-05', popup, 'keeps nothing of it in the tab’s storage, which the window has a copy of'],
  ['POP-07', popup, 'ends after its time, and closes the window'],
  ['POP-07', core('sign-in/login.test.ts'), 'gives an error of ours on a page without an origin'],
  // Storage
  ['STO-01', core('client.test.ts'), 'is nowhere to be seen through a whole session'],
  ['STO-03', core('dpop/proof.test.ts'), 'keeps its private half from everybody'],
  ['STO-04', core('options/parse-options.test.ts'), 'let nothing rest but what is bound'],
  [
    'STO-05',
    core('dpop/persist.test.ts'),
    'leaves nothing behind when the person signs out, or the provider ends it',
  ],
  ['STO-06', core('dpop/persist.test.ts'), 'is wiped and not read where it is %s'],
  // Errors
  ['ERR-01', core('errors.test.ts'), 'is an Error and an AuthError, and says what it is by name and code'],
  ['ERR-02', core('client.test.ts'), 'is in no error where the token endpoint %s'],
  [
    'ERR-03',
    core('protocol/text.test.ts'),
    'never exceeds 300 characters, holds no control character and no secret, whatever comes',
  ],
  ['ERR-05', core('protocol/http.test.ts'), 'stops the request, and its reason passes through as it is'],
  // React
  ['REACT-01', react('server-rendering.node.test.tsx'), 'shows what is shown while nothing is decided'],
  [
    'REACT-02',
    react('callback.test.tsx'),
    'is finished once where the callback is mounted, unmounted and mounted again',
  ],
  ['REACT-03', react('auth.test.ts'), 'is the same object until the state changes'],
  ['REACT-04', react('auth-provider.test.tsx'), 'are nowhere in what React holds, nor in the page'],
  [
    'REACT-06',
    react('auth-provider.test.tsx'),
    'keeps one client while its parent renders 50 times with a new literal',
  ],
]

const ids = {
  CFG: [1, 2, 3, 4, 5],
  DISC: [1, 2, 3, 4, 6, 7],
  AUTHZ: [1, 2, 3, 4, 6, 7, 10, 11, 13],
  CB: [1, 2, 3, 4, 5, 6, 7, 9, 10],
  TOK: [1, 2, 3, 4, 5, 7, 8, 9, 10],
  IDT: [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 14, 15],
  UI: [1, 2, 3],
  REST: [1, 3, 4, 5, 7, 8],
  REF: [1, 2, 3, 4, 5, 6, 9],
  API: [1, 2, 3, 4, 5, 8],
  OUT: [3, 6],
  TAB: [2, 3, 5],
  POP: [1, 2, 3, 4, 5, 7],
  STO: [1, 3, 4, 5, 6],
  ERR: [1, 2, 3, 5],
  REACT: [1, 2, 3, 4, 6],
}

it('names a test for every rule', () => {
  const all = Object.entries(ids).flatMap(([group, numbers]) =>
    numbers.map((number) => `${group}-${String(number).padStart(2, '0')}`),
  )
  expect([...new Set(rules.map(([id]) => id))]).toEqual(all)
})

it.each(rules)('%s is kept: %s has the test "%s"', (id, file, name) => {
  const text = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')
  expect(
    text.includes(name),
    `${file} has no test "${name}" any more. Name another one that breaks ${id}`,
  ).toBe(true)
  // In the two tables, each row says which rule it breaks.
  if (file === broken || file === tokens) expect(text).toMatch(new RegExp(`\\b${id}\\b`))
})
