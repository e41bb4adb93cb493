import { expect, it } from 'vitest'
import { createMemory } from './memory-adapter.ts'

it('finds what was put in under the same model only', async () => {
  const { adapter } = createMemory()
  await adapter('Session').upsert('id', { uid: 'u', accountId: 'a' }, 60)

  expect(await adapter('Session').find('id')).toMatchObject({ accountId: 'a' })
  expect(await adapter('Session').findByUid('u')).toMatchObject({ accountId: 'a' })
  expect(await adapter('Interaction').find('id')).toBeUndefined()
  expect(await adapter('Session').findByUid('other')).toBeUndefined()
})

it('marks a code as consumed and keeps it, so that a second use is noticed', async () => {
  const codes = createMemory().adapter('AuthorizationCode')
  await codes.upsert('id', { grantId: 'g' }, 60)
  await codes.consume('id')

  expect(await codes.find('id')).toMatchObject({ grantId: 'g', consumed: expect.any(Number) })
})

it('revokes what belongs to one grant', async () => {
  const { adapter } = createMemory()
  const refreshTokens = adapter('RefreshToken')
  await refreshTokens.upsert('one', { grantId: 'g1' }, 60)
  await refreshTokens.upsert('other', { grantId: 'g2' }, 60)
  await refreshTokens.revokeByGrantId('g1')

  expect(await refreshTokens.find('one')).toBeUndefined()
  expect(await refreshTokens.find('other')).toBeDefined()
})

it('forgets grants with their tokens and codes, but no session', async () => {
  const { adapter, forgetGrants } = createMemory()
  await adapter('Grant').upsert('id', {}, 60)
  await adapter('RefreshToken').upsert('id', { grantId: 'id' }, 60)
  await adapter('AuthorizationCode').upsert('id', { grantId: 'id' }, 60)
  await adapter('Session').upsert('id', { uid: 'u' }, 60)
  forgetGrants()

  expect(await adapter('Grant').find('id')).toBeUndefined()
  expect(await adapter('RefreshToken').find('id')).toBeUndefined()
  expect(await adapter('AuthorizationCode').find('id')).toBeUndefined()
  expect(await adapter('Session').find('id')).toBeDefined()
})

it('drops what is expired when something new comes', async () => {
  const sessions = createMemory().adapter('Session')
  await sessions.upsert('old', { uid: 'old' }, 0)
  await sessions.upsert('new', { uid: 'new' }, 60)

  expect(await sessions.find('old')).toBeUndefined()
  expect(await sessions.find('new')).toBeDefined()
})
