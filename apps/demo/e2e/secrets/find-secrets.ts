import type { Page } from '@playwright/test'
import { historyOf } from '../tab-history.ts'
import { type MessageTap, textsOfMessages } from './message-tap.ts'
import { type Readable, readPage } from './page-contents.ts'
import { type Secret, spellingsOf } from './secret.ts'
import type { WireTap } from './wire-tap.ts'

/**
 * Which secret can be read where, as in `refresh_token in localStorage`, sorted.
 *
 * @throws Error when no secret is known yet: to find none would mean nothing
 */
export async function findSecrets(
  page: Page,
  wire: WireTap,
  messages: MessageTap,
): Promise<readonly string[]> {
  const secrets = await wire.secrets()
  if (secrets.length === 0) throw new Error('No secret went over the wire, so there is nothing to look for.')
  return findIn(
    [...(await readPage(page)), ...(await readBrowser(page, wire.lines)), ...textsOfMessages(messages)],
    secrets,
  )
}

/** The same, in what was read already. */
export function findIn(contents: readonly Readable[], secrets: readonly Secret[]): readonly string[] {
  return sorted(
    secrets.flatMap((secret) =>
      contents.filter(({ text }) => holds(text, secret)).map(({ place }) => `${secret.name} in ${place}`),
    ),
  )
}

/** Which secret was sent where, by the names of the servers, as in `code_verifier to provider/token`, sorted. */
export async function findSentSecrets(
  wire: WireTap,
  servers: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const secrets = await wire.secrets()
  const requests = await wire.requests()
  return sorted(
    secrets.flatMap((secret) =>
      requests
        .filter(({ text }) => holds(text, secret))
        .map(({ origin, path }) => `${secret.name} to ${servers[origin] ?? origin}${path}`),
    ),
  )
}

function holds(text: string, secret: Secret): boolean {
  return spellingsOf(secret).some((spelling) => text.includes(spelling))
}

function sorted(findings: readonly string[]): readonly string[] {
  return [...new Set(findings)].sort()
}

/** What the browser itself keeps of a tab, and what it was told to write down. */
export async function readBrowser(page: Page, lines: readonly string[]): Promise<readonly Readable[]> {
  const { urls } = await historyOf(page)
  return [
    { place: 'history', text: urls.join('\n') },
    { place: 'cookie', text: JSON.stringify(await page.context().cookies()) },
    { place: 'console', text: lines.join('\n') },
  ]
}
