import { beforeEach, expect, it } from 'vitest'
import type { PassedSecret } from './passed-secrets.ts'
import { secretsIn } from './passed-secrets.ts'
import type { TokenResponse } from './testing/app.ts'
import { signIn } from './testing/app.ts'
import { useSharedIdp } from './testing/shared-idp.ts'

const told: PassedSecret[] = []
const idp = useSharedIdp({ onSecret: (secret) => told.push(secret) })

beforeEach(() => {
  told.length = 0
})

it('tells of all that passes in a sign-in and in a refresh, the old refresh token and the new', async () => {
  const { app, tokens } = await signIn(idp.current)
  const { access_token, refresh_token, id_token } = tokens
  expect(told).toEqual(
    expect.arrayContaining([
      { name: 'code_verifier', value: app.codeVerifier },
      { name: 'access_token', value: access_token },
      { name: 'refresh_token', value: refresh_token },
      { name: 'id_token', value: id_token },
    ]),
  )
  // In the answer to the browser, and again in the exchange.
  expect(told.filter(({ name }) => name === 'code')).toHaveLength(2)

  told.length = 0
  const fresh = (await (await app.refresh(refresh_token)).json()) as TokenResponse
  expect(told).toEqual(expect.arrayContaining([{ name: 'refresh_token', value: refresh_token }]))
  expect(told).toEqual(expect.arrayContaining([{ name: 'refresh_token', value: fresh.refresh_token }]))
})

it('tells of what is refused too', async () => {
  const { app } = await signIn(idp.current)
  await app.refresh('nobody ever had this one')
  expect(told).toContainEqual({ name: 'refresh_token', value: 'nobody ever had this one' })
})

it('takes nothing else for a secret, and nothing that is no text', () => {
  expect(secretsIn({ token_type: 'Bearer', access_token: 5, code: 'c' })).toEqual([
    { name: 'code', value: 'c' },
  ])
  expect(secretsIn(undefined)).toEqual([])
})
