/**
 * A part of the sources that is mutated by itself.
 *
 * @typedef {object} Part
 * @property {string} name
 * @property {readonly string[]} mutate what is changed, as globs
 * @property {readonly string[]} tests the tests that must notice, without `.test.ts`: the part's own, and those whose
 * matter it is, for with every test that comes by a part takes hours
 * @property {boolean} [alone] whether tests of React that have a page each must notice too
 * @property {number} testTimeoutMs how long one of them may take: many times what the slowest does where nothing else runs
 * @property {number} atLeast the score, in per cent, below which the run fails
 */

const testTimeoutMs = 4000

const protocol = coreFolder('protocol', 85, 'client', 'rules-broken', 'steps', 'user-info', 'dpop/dpop')
/** What says who somebody is and what may be used for them; the rest of the protocol gets that far. */
const protocolTokens = inCore([
  'protocol/{code,refresh}-grant.ts',
  'protocol/token-*.ts',
  'protocol/id-token.ts',
  'protocol/signature.ts',
  'protocol/user-info.ts',
  'protocol/authentication-*.ts',
  'protocol/expected-subject.ts',
  'protocol/translate-error.ts',
])

const signIn = coreFolder('sign-in', 85)
/** What becomes of an answer, and what is kept until it comes; the rest begins a sign-in. */
const callback = inCore([
  'sign-in/callback*.ts',
  'sign-in/hand-over.ts',
  'sign-in/is-at.ts',
  'sign-in/pending.ts',
  'sign-in/return-to.ts',
  'sign-in/window-state.ts',
])

const keeper = {
  ...coreFolder(
    'keeper',
    85,
    '{client,load-user,many-tabs,session-time,sign-out,user-info*}',
    'restore/recovery',
    'dpop/**/*',
  ),
  // A vault that dies in them is waited for.
  testTimeoutMs: 15_000,
}
/** How tabs find one another, and lend one another what they hold. */
const keeperTabs = inCore([
  'keeper/{answer-vault,ended-elsewhere,identifier,lender,recall,tab-marks,tab-news,tabs,told-session,turns}.ts',
])
/** Where tokens are kept, or sealed, out of the page's reach. */
const keeperVault = inCore([
  'keeper/{bound-*,current-vault,key-care,packed-tokens,persisted-session}.ts',
  'keeper/{sealed-fetch,sealing,vault,vault-link,with-fallback}.ts',
])

const vault = coreFolder(
  'vault',
  85,
  'keeper/vault',
  'keeper/with-fallback',
  'keeper/keeper-contract',
  'api/api-fetch-sealed',
  'dpop/{dpop,persist}',
)
const host = coreFolder('host', 85, 'hosted/**/*')
/** What pages say to the vault or to the host of a client, and hear from them, as far as it is read where it arrives. */
const messages = inCore(['vault/{ask-page,messages,parse-*,plain-error}', 'host/parse-*'])
const messageSources = messages.map((files) => `${files}.ts`)

const core = {
  ...coreFolder('core', 85),
  mutate: sourcesIn('packages/core/src', '*'),
  // A session whose time is up is signed out of without anybody's wish.
  tests: inCore(['*', 'session-limits/session-limits']),
}
/** What holds the rest together. */
const coreClient = inCore(['{client,engine*,identity,state,standing,store}.ts'])
/** What people read when something is wrong. */
const coreWords = inCore(['{errors,events,explain,steps}.ts'])

/** What decides in React who is let in, and who is sent to sign in. */
const reactGuards = ['require-auth.tsx', 'use-required-session.ts']
/** What decides who is shown what beside that. */
const reactShown = [
  '{signed-in,with-auth,sign-in-problem,notice}.tsx',
  '{is-allowed,shown,reauthentication-required}.ts',
]
/** What finishes a sign-in there. */
const reactCallback = ['callback.tsx', '{cut-off-sign-in,throw-in-render}.ts']

/** @type {readonly Part[]} */
export const parts = [
  { ...without(protocol, protocolTokens), name: 'protocol-requests' },
  { ...only(protocol, protocolTokens), name: 'protocol-tokens' },
  {
    ...without(signIn, callback),
    tests: inCore([
      'sign-in/{app-urls,breaker,login*,pending}',
      '{client,initiated-login,require-session,step-up,steps}',
      '{restore/redirect-rung,popup/login-with-popup,api/several-apis}',
    ]),
  },
  {
    ...only(signIn, callback),
    name: 'callback',
    tests: inCore([
      'sign-in/{callback*,hand-over,pending,return-to,login}',
      '{client,claims,restore/redirect-rung,popup/login-with-popup}',
    ]),
  },
  without(keeper, [...keeperTabs, ...keeperVault]),
  {
    ...only(keeper, keeperTabs),
    name: 'keeper-tabs',
    tests: [...keeper.tests, ...inCore(['user-info*', 'restore/restore', 'vault/serve'])],
  },
  {
    ...only(keeper, keeperVault),
    name: 'keeper-vault',
    tests: [...keeper.tests, ...inCore(['vault/sealed-send', 'api/api-fetch-sealed'])],
  },
  coreFolder('api', 85, 'dpop/dpop', 'huge-inputs', 'popup/with-step-up', 'step-up'),
  {
    name: 'messages',
    mutate: [...messageSources, ...messages.map((files) => `!${files}.test.ts`)],
    tests: messages,
    testTimeoutMs,
    atLeast: 85,
  },
  without(vault, messageSources),
  { ...without(host, messageSources), testTimeoutMs: 15_000 },
  { ...coreFolder('hosted', 85, 'host/**/*'), testTimeoutMs: 15_000 },
  coreFolder(
    'restore',
    85,
    '{claims,client,session-time}',
    'provider-session/**/*',
    '{dpop/persist,api/api-fetch-sealed,popup/{hold-session,switch-to}}',
  ),
  coreFolder('options', 85, 'claims', 'sign-in/{app-urls,login-options}'),
  coreFolder('client', 85, '*', 'sign-in/**/*', 'restore/**/*', 'api/api-fetch*'),
  coreFolder('dpop', 85),
  coreFolder('popup', 85),
  coreFolder('platform', 85, 'sign-in/hand-over'),
  coreFolder('adapters', 85),
  coreFolder('session-limits', 85),
  coreFolder('provider-session', 85),
  without(core, [...coreClient, ...coreWords]),
  {
    ...only(core, coreClient),
    name: 'core-client',
    tests: inCore([
      '*',
      'client/*',
      'sign-in/{callback,login}',
      '{restore/{restore,recovery},popup/{hold-session,login-with-popup,with-step-up},api/api-fetch}',
      '{session-limits/session-limits,provider-session/provider-watch,dpop/persist}',
      'api/{api-fetch-sealed,several-apis}',
    ]),
  },
  { ...only(core, coreWords), name: 'core-words' },
  {
    name: 'react-guards',
    mutate: inReact(reactGuards),
    tests: inReact(['{require-auth*,restoring,hydration}']),
    testTimeoutMs,
    atLeast: 85,
  },
  {
    name: 'react-shown',
    mutate: inReact(reactShown),
    tests: inReact(['{is-allowed,signed-in,with-auth,sign-in-problem,require-auth*}']),
    testTimeoutMs,
    atLeast: 85,
  },
  {
    name: 'react-callback',
    mutate: inReact(reactCallback),
    tests: inReact(['callback*']),
    testTimeoutMs,
    atLeast: 85,
  },
  {
    name: 'react-hooks',
    mutate: [
      ...sourcesIn('packages/react/src', '*'),
      ...inReact([...reactGuards, ...reactShown, ...reactCallback]).map((file) => `!${file}`),
    ],
    tests: inReact([
      '{auth,auth-*,countdown,create-*,debug-values,developer-notes,hydration,restoring,use-*}',
      '{every-export,server-rendering}',
    ]),
    alone: true,
    // One of them renders a thousand components.
    testTimeoutMs: 15_000,
    atLeast: 85,
  },
  {
    name: 'react-routers',
    mutate: sourcesIn('packages/react/src/router', '**/*'),
    tests: ['packages/react/src/router/**/*'],
    testTimeoutMs,
    atLeast: 85,
  },
  {
    name: 'react-popup',
    mutate: sourcesIn('packages/react/src/popup', '*'),
    tests: ['packages/react/src/popup/*'],
    testTimeoutMs,
    atLeast: 85,
  },
]

/**
 * @param {string} name
 * @param {number} atLeast
 * @param {string[]} others tests of other folders, from `src`
 * @returns {Part}
 */
function coreFolder(name, atLeast, ...others) {
  const folder = `packages/core/src/${name}`
  return {
    name,
    mutate: sourcesIn(folder, '**/*'),
    tests: [`${folder}/**/*`, ...inCore(others)],
    testTimeoutMs,
    atLeast,
  }
}

/**
 * The part of a part that is in these files.
 *
 * @param {Part} part
 * @param {readonly string[]} files
 * @returns {Part}
 */
function only(part, files) {
  return { ...part, mutate: [...files, ...part.mutate.filter((pattern) => pattern.startsWith('!'))] }
}

/**
 * What is left of a part without these files.
 *
 * @param {Part} part
 * @param {readonly string[]} files
 * @returns {Part}
 */
function without(part, files) {
  return { ...part, mutate: [...part.mutate, ...files.map((pattern) => `!${pattern}`)] }
}

/** @param {readonly string[]} files */
function inCore(files) {
  return files.map((file) => `packages/core/src/${file}`)
}

/** @param {readonly string[]} files */
function inReact(files) {
  return files.map((file) => `packages/react/src/${file}`)
}

/**
 * @param {string} folder
 * @param {string} files
 */
function sourcesIn(folder, files) {
  return [
    `${folder}/${files}.{ts,tsx}`,
    `!${folder}/${files}.test.{ts,tsx}`,
    `!${folder}/${files}.test-d.{ts,tsx}`,
  ]
}
