import type { TestInfo } from '@playwright/test'
import type { Tab } from './engine.ts'

/** Adds to a failed test's report what a tab shows. */
export async function attachTab(testInfo: TestInfo, tab: Tab, name: string): Promise<void> {
  await testInfo.attach(name, { contentType: 'text/plain', body: await describeTab(tab) })
}

/** A tab may be closed, or its page gone with the failure: then this is what there is to say. */
async function describeTab(tab: Tab): Promise<string> {
  try {
    return `${await tab.url()}\n${await tab.evaluate('document.body.innerText')}`
  } catch (error) {
    return String(error)
  }
}
