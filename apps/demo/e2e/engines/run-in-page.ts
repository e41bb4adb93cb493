import type { AuthClient } from '@latchkey/core'
import { findClient } from '../client-of-page.ts'
import type { Tab } from './engine.ts'

/** What crosses the border between a test and a page. */
type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain }

/**
 * Runs a function in the page, whatever its Content-Security-Policy says. It sees its arguments and the page, and
 * nothing of the file that it is written in.
 */
export async function runInPage<Parameters extends readonly Plain[], Result extends Plain>(
  tab: Tab,
  script: (...parameters: Parameters) => Result | Promise<Result>,
  ...parameters: Parameters
): Promise<Result> {
  return (await tab.evaluate(`(${script})(...${JSON.stringify(parameters)})`)) as Result
}

/** The same on a page of the demo, with the client that it gave to <AuthProvider>. */
export async function runWithClient<Parameters extends readonly Plain[], Result extends Plain>(
  tab: Tab,
  script: (client: AuthClient, ...parameters: Parameters) => Result | Promise<Result>,
  ...parameters: Parameters
): Promise<Result> {
  return (await tab.evaluate(`(${script})((${findClient})(), ...${JSON.stringify(parameters)})`)) as Result
}
