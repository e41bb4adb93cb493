import type { RichAuthorizationRequestsActiveConfiguration } from 'oidc-provider'
import { errors } from 'oidc-provider'

/** One payment that a person allows (RFC 9396 section 2). */
export interface PaymentDetails {
  readonly type: typeof paymentType
  readonly payee: string
  /** With its currency, as in `12.25 EUR`. */
  readonly amount: string
}

export const paymentType = 'payment'

/** Rich authorization requests (RFC 9396): what was allowed is good for the one sign-in that asked for it. */
export const paymentRequests: RichAuthorizationRequestsActiveConfiguration = {
  enabled: true,
  types: {
    [paymentType]: {
      validate(_ctx, details) {
        if (isPayment(details)) return
        throw new errors.InvalidAuthorizationDetails(
          'a payment has a payee and an amount, such as "12.25 EUR"',
        )
      },
    },
  },
  authorizationDetailsForGrantSource: ({ oidc }) =>
    paymentsIn(oidc.params?.authorization_details).map((payment) => ({ ...payment })),
  authorizationDetailsForAccessToken: (_ctx, _token, source) => source?.rar,
}

/** @param details the request's parameter, which oidc-provider has checked */
export function paymentsIn(details: unknown): readonly PaymentDetails[] {
  return typeof details === 'string' ? (JSON.parse(details) as unknown[]).filter(isPayment) : []
}

function isPayment(details: unknown): details is PaymentDetails {
  const { type, payee, amount } = details as Partial<Record<keyof PaymentDetails, unknown>>
  const isNamed = typeof payee === 'string' && payee.trim() !== ''
  return type === paymentType && isNamed && /^\d+\.\d{2} [A-Z]{3}$/.test(String(amount))
}
