import fc from 'fast-check'
import { createFakePlatform } from '../test/fake-platform.ts'
import { almostText, hostileText } from '../test/fuzz/hostile.ts'
import { itHolds, must } from '../test/fuzz/it-holds.ts'
import { handleFrontChannelLogout } from './front-channel-logout.ts'
import { nameInstance, shortName } from './instance-id.ts'
import { storageKeys } from './storage-keys.ts'

const issuer = 'https://id.example'
const sid = 'SENTINEL-sid'
const keys = storageKeys(nameInstance(issuer, 'app'))
const pair = fc
  .tuple(
    fc.constantFrom('iss', 'sid', 'Iss', 'code', 'state'),
    fc.oneof(
      fc.constantFrom(issuer, encodeURIComponent(issuer), `${issuer}/`, sid, 'other', ''),
      hostileText,
    ),
  )
  .map((parts) => parts.join('='))
const url = fc
  .array(fc.oneof(pair, fc.constantFrom(`iss=${encodeURIComponent(issuer)}`, `sid=${sid}`)), { maxLength: 4 })
  .map((pairs) => `https://app.example/logged-out?${pairs.join('&')}`)

itHolds(
  'signs out only where the provider says so, of this very session (OUT-07)',
  {
    of: 'front-channel-logout',
    inputs: fc.record({
      href: fc.oneof({ weight: 3, arbitrary: url }, almostText(url)).filter((text) => URL.canParse(text)),
      isFramed: fc.constantFrom(true, true, true, false),
      isSidKnown: fc.boolean(),
    }),
  },
  ({ href, isFramed, isSidKnown }) => {
    const platform = createFakePlatform({ href })
    platform.setFramed(isFramed)
    platform.shared.set(keys.record, '[1.5,"signed_in",0,0]')
    if (isSidKnown) platform.shared.set(keys.sid, shortName(sid))
    const result = handleFrontChannelLogout({ issuer, clientId: 'app', platform })
    const { searchParams } = new URL(href)
    const [issuers, sids] = [searchParams.getAll('iss'), searchParams.getAll('sid')]
    const isOurs = issuers.every((iss) => iss === issuer) && issuers.length <= 1
    const isThis =
      sids.length === 0 || (sids.length === 1 && issuers.length === 1 && sids[0] === sid && isSidKnown)
    must((result === 'signed_out') === (isFramed && isOurs && isThis), 'it is about this session')
    const isOver = platform.shared.get(keys.record)?.includes('signed_out') ?? false
    must(isOver === (result === 'signed_out'), 'what is said is done')
  },
)
