import { version } from 'react'
import * as router7 from 'react-router-7'
import * as router8 from 'react-router-8'
import * as dom7 from 'react-router-dom'
import * as dom6 from 'react-router-dom-6'

/** What the tests use of React Router. */
export type ReactRouter = typeof router7

/**
 * Every React Router that is supported, as an app imports it. Version 8 asks for React 19.2, and for Node 22.22: in an
 * older one only what runs in a browser is tested.
 */
export const reactRouters: readonly (readonly [string, ReactRouter])[] = [
  ['react-router-dom 6.30', dom6 as unknown as ReactRouter],
  ['react-router-dom 7', dom7 as unknown as ReactRouter],
  ['react-router 7', router7],
  ...(version.startsWith('18.') ? [] : [['react-router 8', router8 as unknown as ReactRouter] as const]),
]

/** Those that have middleware. */
export const reactRoutersWithMiddleware: typeof reactRouters = reactRouters.slice(1)

/** What version 6 warns of until it is set, of a router and of what renders one; the others have it by themselves. */
export const future = {
  v7_relativeSplatPath: true,
  v7_fetcherPersist: true,
  v7_normalizeFormMethod: true,
  v7_partialHydration: true,
  v7_skipActionErrorRevalidation: true,
  v7_startTransition: true,
  v8_middleware: true,
}
