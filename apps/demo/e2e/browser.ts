import type { LaunchOptions } from '@playwright/test'

/** How every browser of these tests starts: quiet, and of its own accord nowhere on the network. */
export const launchOptions: LaunchOptions = {
  // Playwright's own browser where nothing is said.
  ...(process.env.LATCHKEY_BROWSER && { executablePath: process.env.LATCHKEY_BROWSER }),
  args: [
    // The sandbox refuses to run as root, which is what containers usually are.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}
