import { isAuthError } from '../errors.ts'

/**
 * Whether the same call may succeed a little later. Only a network may come back by itself; undefined for what is no
 * error of Latchkey's, which is not for us to judge.
 */
export function mayPass(error: unknown): boolean | undefined {
  return isAuthError(error) ? error.name === 'NetworkError' : undefined
}
