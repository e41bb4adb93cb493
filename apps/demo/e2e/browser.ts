import type { LaunchOptions } from '@playwright/test'

/** What Playwright 1.65 switches off. Of two such lists Chromium takes the last alone, so this must not say less. */
const switchedOffByPlaywright = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'TcpPortRandomizationWin',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'msForceBrowserSignIn',
  'msEdgeUpdateLaunchServicesPreferredVersion',
]

/**
 * Every tab of a test is a window of its own, and with each Chromium loads the pages that its address bar drops down:
 * more work than the demo is, for something that nobody types into. The process kept ready for a next site is no use
 * either.
 */
const ofNoUseToTests = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  'SpareRendererForSitePerProcess',
]

/** A name that browsers do not take for this machine, as a colleague’s laptop or a test server has one. */
export const insecureHost = 'app.test'

const { LATCHKEY_BROWSER: browser, LATCHKEY_HEADLESS_SHELL: shell } = process.env

const args = [
  // The sandbox refuses to run as root, which is what containers usually are.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--host-resolver-rules=MAP ${insecureHost} 127.0.0.1`,
  `--disable-features=${[...switchedOffByPlaywright, ...ofNoUseToTests].join()}`,
]

/** How a browser as people have it starts: quiet, and of its own accord nowhere on the network. */
export const wholeBrowser: LaunchOptions = {
  // Playwright's own where nothing is said.
  ...(browser ? { executablePath: browser } : { channel: 'chromium' }),
  args,
}

/**
 * The same without the windows around the pages, where the machine has it: it takes a quarter off the time. It keeps no
 * page to go back to, and loads none ahead.
 */
export const launchOptions: LaunchOptions = shell ? { args, executablePath: shell } : wholeBrowser
