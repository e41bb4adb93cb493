import { findApi } from '../api/find-api.ts'
import { sendWithToken } from '../api/send-with-token.ts'
import { toSendable } from '../api/sendable.ts'
import type { Settings } from '../options/parse-options.ts'
import type { Platform } from '../platform/ports.ts'
import type { Proofs } from '../protocol/binding.ts'
import type { AccessTokenRequest, Keeper, LentAccessToken } from './keeper.ts'

/** Sends what the app sends with a token that is bound to a key: every time with a proof (RFC 9449 §7). */
export function createBoundSend({
  keeper,
  proofs,
  settings: { apis },
  platform: { send },
}: {
  readonly keeper: Pick<Keeper, 'current'> & {
    lend(request?: AccessTokenRequest): Promise<LentAccessToken>
  }
  readonly proofs: Proofs
  readonly settings: Pick<Settings, 'apis'>
  readonly platform: Pick<Platform, 'send'>
}): NonNullable<Keeper['send']> {
  return (sent) => {
    const target = findApi(sent.request.url, apis)?.target
    return sendWithToken(toSendable(sent), {
      getToken: (asked) => keeper.lend({ ...asked, ...target }),
      canRenew: () => keeper.current()?.hasRefreshToken ?? false,
      owner: keeper.current,
      send,
      proofs,
    })
  }
}
