import { describe, expect, it } from 'vitest'
import { createKeptSession, type TokenShape } from '../../test/keeper-scene.ts'
import { turns } from '../../test/manual-clock.ts'
import { rejectionOf } from '../../test/pages.ts'
import { ServerError } from '../errors.ts'
import type { UserInfo } from '../protocol/token-set.ts'
import type { Keeper } from './keeper.ts'

const said = (nickname: string): UserInfo => ({ claims: { sub: 'alice', nickname }, askedAtMs: 0 })

/** UserInfo answers like this. */
const refusal = (status: number): ServerError =>
  new ServerError('user_info_failed', 'It was refused.', { error: 'no', status })

describe('asking who it is', () => {
  it('is done anew for a sign-in that comes meanwhile, by one request, and what was said of the one before is not taken for it', async () => {
    const { keeper, provider, signIn } = await createKeptSession()
    const before = rejectionOf(keeper.identify('user_info'))
    await turns()
    await signIn()
    const now = keeper.identify('user_info')
    await turns()
    const [ofBefore, ofNow] = provider.userInfos.calls
    ofBefore?.resolve(said('Al'))
    expect(await before).toMatchObject({ code: 'subject_changed' })
    expect(keeper.current()).not.toHaveProperty('userInfo')
    const alsoNow = keeper.identify('user_info')
    await turns()
    ofNow?.resolve(said('Ally'))
    expect(await now).toMatchObject({ userInfo: said('Ally') })
    expect(await alsoNow).toEqual(await now)
    expect(provider.userInfos.calls).toHaveLength(2)
  })

  it.each<[where: string, shape: TokenShape, status: number, meanwhile: (keeper: Keeper) => unknown]>([
    ['nothing can renew the token that was refused', { refreshToken: null }, 401, () => undefined],
    ['it is not the token that was refused', {}, 403, () => undefined],
    ['nobody is signed in any more', {}, 401, (keeper) => keeper.forget()],
  ])('tells of the refusal and renews nothing where %s', async (_where, shape, status, meanwhile) => {
    const { keeper, provider, changes } = await createKeptSession(shape)
    const refused = refusal(status)
    provider.userInfos.answer = async () => {
      meanwhile(keeper)
      throw refused
    }
    expect(await rejectionOf(keeper.identify('user_info'))).toBe(refused)
    expect(provider.refreshes.calls).toEqual([])
    expect(provider.userInfos.calls).toHaveLength(1)
    expect(changes).toEqual([])
  })
})
