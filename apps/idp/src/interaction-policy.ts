import type { KoaContextWithOIDC } from 'oidc-provider'
import { errors, interactionPolicy } from 'oidc-provider'
import { acrOfTwoSteps, acrValues } from './authentication-context.ts'

const { base, Check, Prompt } = interactionPolicy

/** When a person has to do something, and on which page: oidc-provider's own rules, a second step, new accounts. */
export function createInteractionPolicy(): interactionPolicy.DefaultPolicy {
  const policy = base()
  policy.get('login')?.checks.remove('essential_acr')
  policy.get('login')?.checks.remove('essential_acrs')
  policy.add(
    new Prompt(
      { name: 'second_step' },
      new Check('acr_not_reached', 'a sign-in in two steps is required', 'login_required', needsSecondStep),
    ),
    1,
  )
  // Initiating User Registration via OpenID Connect 1.0
  policy.add(new Prompt({ name: 'create', requestable: true }), 0)
  return policy
}

function needsSecondStep(ctx: KoaContextWithOIDC): boolean {
  const { acceptable, isEssential } = wantedAcr(ctx)
  if (acceptable.length === 0 || acceptable.includes(String(ctx.oidc.session?.acr))) return false
  if (acceptable.includes(acrOfTwoSteps)) return true
  // OpenID Connect Core section 5.5.1.1: what is essential and cannot be had is an error, the rest a wish.
  if (isEssential && !acceptable.some((acr) => acrValues.includes(acr))) {
    throw new errors.CustomOIDCProviderError(
      'unmet_authentication_requirements',
      'nobody can sign in here in that way',
    )
  }
  return false
}

/** By `acr_values`, which oidc-provider writes as a claim that is asked for, or by the `claims` parameter. */
function wantedAcr({ oidc }: KoaContextWithOIDC): { acceptable: readonly string[]; isEssential: boolean } {
  const { value, values, essential } = (oidc.claims.id_token?.acr ?? {}) as {
    readonly value?: string
    readonly values?: readonly string[]
    readonly essential?: boolean
  }
  return { acceptable: values ?? (value === undefined ? [] : [value]), isEssential: essential === true }
}
