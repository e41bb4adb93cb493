/** The ways to sign in here, as ID tokens and access tokens name them (claim `acr`). */
export const acrOfPassword = 'urn:latchkey:acr:password'
export const acrOfTwoSteps = 'urn:latchkey:acr:two-steps'

export const acrValues: readonly string[] = [acrOfPassword, acrOfTwoSteps]
