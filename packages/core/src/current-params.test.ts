import { expect, it } from 'vitest'
import { createCurrentParams } from './current-params.ts'

it('asks for what the app is configured with, and over it for what the session was switched to', () => {
  const params = createCurrentParams({ audience: 'api', organization: 'a' })
  expect([params.current(), params.switchedTo()]).toEqual([{ audience: 'api', organization: 'a' }, undefined])
  params.follow({ switchedTo: { organization: 'b' } })
  expect(params.current()).toEqual({ audience: 'api', organization: 'b' })
  expect(params.switchedTo()).toEqual({ organization: 'b' })
})

it('forgets what was switched to with a session that was not', () => {
  const params = createCurrentParams({ organization: 'a' })
  params.follow({ switchedTo: { organization: 'b' } })
  params.follow({})
  expect([params.current(), params.switchedTo()]).toEqual([{ organization: 'a' }, undefined])
})
