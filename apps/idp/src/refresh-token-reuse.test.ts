import { expect, it } from 'vitest'
import type { TokenResponse } from './testing/app.ts'
import { signIn } from './testing/app.ts'
import { useSharedIdp } from './testing/shared-idp.ts'

const idp = useSharedIdp()

async function errorOf(response: Response): Promise<unknown> {
  return ((await response.json()) as { error?: string }).error
}

it('sees a refresh token that comes a second time, and every time after', async () => {
  const { app, tokens } = await signIn(idp.current)
  const fresh = (await (await app.refresh(tokens.refresh_token)).json()) as TokenResponse
  expect(idp.current.reuses).toEqual([])

  expect(await errorOf(await app.refresh(tokens.refresh_token))).toBe('invalid_grant')
  expect(idp.current.reuses).toEqual([{ clientId: 'latchkey-demo', at: expect.any(Number) }])

  await app.refresh(tokens.refresh_token)
  expect(idp.current.reuses).toHaveLength(2)

  // The grant is gone, and with it the token that nobody had used.
  expect(await errorOf(await app.refresh(fresh.refresh_token))).toBe('invalid_grant')
  expect(idp.current.reuses).toHaveLength(2)
})

it('sees that of two who send the same one at once, one is too late', async () => {
  const { app, tokens } = await signIn(idp.current)

  const answers = await Promise.all([app.refresh(tokens.refresh_token), app.refresh(tokens.refresh_token)])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400])
  expect(idp.current.reuses).toHaveLength(1)
})

it('is not deceived by any other refusal', async () => {
  const { app, tokens } = await signIn(idp.current)

  await app.refresh('nobody ever had this one')
  await app.requestToken({ grant_type: 'authorization_code', code: 'nor this' })
  await idp.current.revokeGrants()
  expect((await app.refresh(tokens.refresh_token)).status).toBe(400)
  expect(idp.current.reuses).toEqual([])
})

it('does not take a refresh that fails after the rotation for a reuse', async () => {
  const { app, tokens } = await signIn(idp.current)

  const response = await app.requestToken({
    grant_type: 'refresh_token',
    refresh_token: tokens.refresh_token,
    resource: 'https://elsewhere.example',
  })
  expect(await errorOf(response)).toBe('invalid_target')
  expect(idp.current.reuses).toEqual([])
})

it('forgets the reuses with the requests', async () => {
  const { app, tokens } = await signIn(idp.current)
  await app.refresh(tokens.refresh_token)
  await app.refresh(tokens.refresh_token)
  expect(idp.current.reuses).toHaveLength(1)

  idp.current.clearRequests()
  expect(idp.current.reuses).toEqual([])
})
