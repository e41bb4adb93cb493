import type { Tab, Target } from './engine.ts'
import { runInPage } from './run-in-page.ts'

/** The text of an element, on one line, or nothing where there is no such element now. */
export async function readText(tab: Tab, target: Target): Promise<string | undefined> {
  return (await runInPage(tab, textOf, target))?.replaceAll(/\s+/g, ' ').trim()
}

function textOf(target: string): string | null {
  const element = target.startsWith('/')
    ? document.evaluate(target, document, null, XPathResult.FIRST_ORDERED_NODE_TYPE).singleNodeValue
    : document.querySelector(target)
  return element?.textContent ?? null
}
