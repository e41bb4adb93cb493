import * as v from 'valibot'

/**
 * What this app expects of the claims about a person. `roles` is this provider's own claim: without the schema it
 * would be `unknown`. Whatever else the provider says is kept, for the profile page.
 */
export const personSchema = v.looseObject({
  sub: v.string(),
  name: v.optional(v.string()),
  organization: v.optional(v.string()),
  roles: v.optional(v.array(v.string()), []),
})

/** Who is signed in, as the schema has it. */
export type Person = v.InferOutput<typeof personSchema>
