import type { ReactNode } from 'react'

/** The app's own words, which may be a function of what there is to say, or the standard ones. */
export function shown<TValues extends unknown[]>(
  own: ReactNode | ((...values: TValues) => ReactNode),
  standard: ReactNode,
  ...values: TValues
): ReactNode {
  if (typeof own === 'function') return own(...values)
  return own === undefined ? standard : own
}
