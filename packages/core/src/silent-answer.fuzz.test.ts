import fc from 'fast-check'
import { createFakePlatform } from '../test/fake-platform.ts'
import { almost, almostText, hostileMessage, hostileText } from '../test/fuzz/hostile.ts'
import { itHolds, must } from '../test/fuzz/it-holds.ts'
import { settlesSafely } from '../test/fuzz/settles-safely.ts'
import { answerOfWindow } from './popup/answer-of-window.ts'
import { startProviderWatch } from './provider-session/provider-watch.ts'
import { parseSilentAnswer } from './silent-answer.ts'

const state = 'me.SENTINEL-state-of-alice'
const right = { latchkey: 'silent-callback', url: `https://app.example/silent?code=C&state=${state}` }
const values = fc.oneof(
  hostileMessage,
  almostText(right.url),
  fc.constantFrom('https://[', `?state=${state}`),
)
const message = fc.oneof(
  { weight: 4, arbitrary: almost(right, values, { names: Object.keys(right) }) },
  hostileMessage,
)

itHolds(
  'is a URL in a message of ours, and nothing else (REST-03)',
  { of: 'silent-answer', part: 0.6, inputs: message },
  (said) => {
    const url = parseSilentAnswer(said)
    must(
      url === undefined || (typeof url === 'string' && (said as typeof right).latchkey === 'silent-callback'),
      'it is ours',
    )
  },
)

itHolds(
  'ends the waiting for a window only where it is the answer to that very sign-in (POP-04)',
  { of: 'silent-answer', part: 0.25, inputs: fc.array(message, { maxLength: 4 }) },
  async (all) => {
    const platform = createFakePlatform()
    const opened = platform.openWindow?.({ width: 480, height: 640 })
    const [window] = platform.windows
    must(opened !== undefined && window !== undefined, 'it opens')
    const stop = new AbortController()
    let answer: string | undefined
    const settled = settlesSafely(() =>
      answerOfWindow({
        platform,
        opened,
        signIn: { state, url: 'https://id.example/auth', finish: async () => undefined },
        timeoutMs: 1000,
        signal: stop.signal,
      }).then((url) => {
        answer = url
      }),
    )
    for (const said of all) window.say(said)
    await Promise.resolve()
    if (answer !== undefined) must(new URL(answer).searchParams.get('state') === state, 'it is the answer')
    stop.abort(new DOMException('Over.', 'AbortError'))
    await settled.catch((error: unknown) => must((error as Error).name === 'AbortError', 'it is over'))
    must(platform.timerCount() === 0, 'nothing is left behind (POP-07)')
  },
)

itHolds(
  'of the provider’s frame is one of three words, and any other changes nothing (OUT-08)',
  {
    of: 'silent-answer',
    part: 0.15,
    inputs: fc.oneof(fc.constantFrom<unknown>('changed', 'unchanged', 'error'), hostileText, hostileMessage),
  },
  (said) => {
    const platform = createFakePlatform()
    let checks = 0
    const stop = startProviderWatch({
      clientId: 'app',
      platform,
      signedIn: { isWanted: () => true, onChanged: () => () => undefined },
      session: () => ({ providerSession: { state: 's', frameUrl: 'https://app.example/session' } }) as never,
      check: async () => {
        checks += 1
        return 'settled'
      },
    })
    const [frame] = platform.providerFrames
    must(frame !== undefined, 'it is asked')
    frame.say(said)
    must(checks === 0 || said === 'changed', 'only a change is looked into')
    must(platform.providerFrames.length === 1 || said === 'error', 'only an error ends it')
    stop()
  },
)
