import fc from 'fast-check'
import { createFakePlatform } from '../../test/fake-platform.ts'
import { almost, almostText, hostileJson, hostileText, jsonText } from '../../test/fuzz/hostile.ts'
import { itHolds, must } from '../../test/fuzz/it-holds.ts'
import { createBreaker } from './breaker.ts'
import { createPendingStore } from './pending.ts'

const nowMs = 1_800_000_000_000
const signIn = {
  state: 'me.S',
  nonce: 'N',
  codeVerifier: 'V',
  redirectUri: 'https://app.example/callback',
  scope: 'openid',
  returnTo: '/orders',
  appState: { cart: 1 },
  maxAge: 60,
  acrValues: ['urn:gold'],
  expectedSubject: 'alice',
  isRestore: true,
}
const values = fc.oneof(hostileJson, fc.constantFrom<unknown>(nowMs, nowMs + 1e9, 0, 'finished', signIn))
const record = fc.oneof(
  {
    weight: 4,
    arbitrary: almost({ at: nowMs - 1000, signIn }, values, { names: Object.keys(signIn) }).map(jsonText),
  },
  {
    weight: 2,
    arbitrary: almost({ at: nowMs - 1000, tombstone: { outcome: 'failed', returnTo: '/' } }, values).map(
      jsonText,
    ),
  },
  { weight: 1, arbitrary: almostText(JSON.stringify({ at: nowMs, signIn })) },
  { weight: 1, arbitrary: hostileText },
)

itHolds(
  'reads from the storage a whole sign-in, what is left of one, or none, and touches nothing else there (AUTHZ-06)',
  {
    of: 'sign-in-records',
    part: 0.7,
    inputs: fc.record({
      records: fc.array(record, { minLength: 1, maxLength: 3 }),
      /** Those of sign-ins that nobody has finished. */
      others: fc.nat({ max: 14 }),
      state: fc.oneof(fc.constant('0'), hostileText),
    }),
  },
  ({ records, others, state }) => {
    const { session, clock, stored } = createFakePlatform()
    stored.set('other', 'kept')
    for (const [index, text] of records.entries()) stored.set(`p.${index}`, text)
    for (let at = 0; at < others; at += 1) stored.set(`p.other-${at}`, JSON.stringify({ at: nowMs, signIn }))
    const pending = createPendingStore(session, clock, 'p.')
    const found = pending.find(state)
    if (found.kind === 'pending') {
      const texts = ['state', 'nonce', 'codeVerifier', 'redirectUri', 'scope', 'returnTo'] as const
      must(
        texts.every((name) => typeof found.signIn[name] === 'string'),
        'it is whole',
      )
      const { maxAge, acrValues, expectedSubject, keyId } = found.signIn
      must(maxAge === undefined || typeof maxAge === 'number', 'its age is a number')
      must(
        acrValues === undefined ||
          (Array.isArray(acrValues) && acrValues.every((acr) => typeof acr === 'string')),
        'its acr values are texts',
      )
      must(
        [expectedSubject, keyId].every((text) => text === undefined || typeof text === 'string'),
        'these are texts',
      )
    }
    if (found.kind === 'expired' || found.kind === 'tombstone')
      must(typeof found.returnTo === 'string', 'it led somewhere')
    pending.latest()
    pending.latest()
    pending.bury(state, { outcome: 'started', returnTo: '/' })
    must(pending.find(state).kind === 'tombstone', 'what is buried is not found again')
    must(stored.get('other') === 'kept', 'what is of somebody else stays')
    must(stored.size <= 11, 'abandoned sign-ins do not fill the storage')
  },
)

itHolds(
  'lets nobody be sent back and forth without end, whatever the storage says (REST-05)',
  {
    of: 'sign-in-records',
    part: 0.3,
    inputs: fc.oneof(
      almostText(`1@${nowMs}`),
      almostText(`-1@${nowMs}`),
      hostileText,
      fc.constantFrom(`1e999@${nowMs}`, `-5@${nowMs}`, `0.5@${nowMs}`, `1@1e999`),
    ),
  },
  (text) => {
    const platform = createFakePlatform()
    platform.stored.set('key', text)
    const breaker = createBreaker(platform, 'key')
    const allowed = Array.from({ length: 8 }, () => breaker.allow()).filter(Boolean)
    must(allowed.length <= 2, 'at most two navigations')
    breaker.reset()
    must(breaker.allow(), 'a person who acts goes on')
  },
)
