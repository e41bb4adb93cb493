import type { Session } from './keeper/keeper.ts'

/** Parameters of an authorization request, by name. */
export type Params = Readonly<Record<string, string>>

/** What every request for a sign-in adds: option `params`, and over it what the session was switched to. */
export interface CurrentParams {
  current(): Params
  /** What was switched to, for the next session to keep; undefined: nothing. */
  switchedTo(): Params | undefined
  /** The app is shown this session, which any tab may have begun. */
  follow(session: Pick<Session, 'switchedTo'>): void
}

/** Makes {@link CurrentParams}, with nothing switched to. */
export function createCurrentParams(params: Params): CurrentParams {
  let switchedTo: Params | undefined
  return {
    current: () => ({ ...params, ...switchedTo }),
    switchedTo: () => switchedTo,
    follow(session) {
      switchedTo = session.switchedTo
    },
  }
}
