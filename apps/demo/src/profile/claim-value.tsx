const dateTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })

/** Claims that hold a moment, in seconds since the epoch (OpenID Connect Core 1.0 §2, §5.1). */
const moments = ['auth_time', 'updated_at']

/** The value of a claim, for reading. */
export function ClaimValue({ name, value }: { name: string; value: unknown }) {
  if (name === 'picture') return <img className="avatar" src={String(value)} alt="As the provider has it" />
  if (moments.includes(name)) return dateTime.format(Number(value) * 1000)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
