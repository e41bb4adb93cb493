import { expect, it } from 'vitest'
import { leftOutJourneys, quickEnv } from './quick.mjs'

it('leaves nothing out of a full run, whatever the environment says', () => {
  // Set to nothing, not left unset: the shell may say something else.
  expect(quickEnv({ full: true })).toEqual({ LATCHKEY_QUICK: '' })
  expect(leftOutJourneys('apps/demo/e2e', { full: true })).toEqual([])
})

it('names what it leaves out of the usual run', () => {
  expect(quickEnv({}).LATCHKEY_QUICK).not.toBe('')
  expect(leftOutJourneys('apps/demo/e2e', {})).toContain(
    'apps/demo/e2e/soak.long.spec.ts: npm test -- --full',
  )
})
