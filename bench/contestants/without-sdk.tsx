import { Fragment } from 'react'
import type { Contestant } from '../app/contestant.ts'

/** The app alone: what it weighs and how long it takes is taken off the others. */
export const contestant: Contestant = {
  Provider: Fragment,
  useStatus: () => 'signed out',
  useLogin: () => () => {},
  useName: () => undefined,
  useTokenCalls: () => ({
    getAccessToken: async () => undefined,
    renew: async () => undefined,
    callApi: (url) => fetch(url),
  }),
}
