import type { KeeperDescription, RungName, RungReport, SkipReason, VaultProblem } from '@latchkey/core'
import { useAuth } from '@latchkey/react'
import { chosenKeeper } from '../chosen-keeper.ts'
import { useNow } from './use-now.ts'

const isSealed = chosenKeeper() === 'sealed vault'
const isAtRest = chosenKeeper() === 'at rest'

const vaultProblems: Readonly<Record<VaultProblem, string>> = {
  no_shared_worker: 'this browser has no shared workers, or the page may not have one',
  not_loaded: 'the vault’s file could not be loaded',
  no_answer: 'the vault does not answer',
  other_version: 'the vault that is running is of another version of this app',
}

const rungNames: Readonly<Record<RungName, string>> = {
  vault: 'The vault',
  tab: 'Another tab',
  storage: 'The browser’s storage',
  frame: 'The provider, in a hidden frame',
  redirect: 'The provider, by a redirect',
}

const outcomes: Readonly<Record<RungReport['outcome'], string>> = {
  restored: 'had the session',
  nothing: 'had nothing',
  signed_out: 'knew nobody',
  skipped: 'was not asked',
  timeout: 'took too long',
  failed: 'could not be asked',
  leaving: 'is being asked',
}

const skipReasons: Readonly<Record<SkipReason, string>> = {
  not_configured: 'no option says so',
  cross_site: 'its cookies do not reach a frame here',
  framed: 'this page stands in a frame itself',
  tried: 'once was enough',
  not_now: 'nobody looks at this page, or somebody is in the middle of something',
}

/** Where the tokens are, and how this page came to the session. Looked at once a second: not all of it is state. */
export function SessionOrigin() {
  const { explain } = useAuth()
  useNow()
  const { keeper, restore } = explain()
  return (
    <>
      {keeper && (
        <p>
          <strong>Tokens</strong> {whereabouts(keeper)}
        </p>
      )}
      {restore.length > 0 && (
        <div>
          <h3 id="restore">How this page looked for the session</h3>
          <ol className="rungs" aria-labelledby="restore">
            {restore.map((report) => (
              <li key={report.rung}>{describeRung(report)}</li>
            ))}
          </ol>
        </div>
      )}
    </>
  )
}

function whereabouts({ kind, fallback }: KeeperDescription): string {
  if (kind === 'vault' && isSealed) {
    return 'sealed in the vault: no page is given one, and the vault itself calls the API for all tabs.'
  }
  if (kind === 'vault') {
    return 'in the vault, a shared worker. It lends pages an access token when they ask, never the refresh token.'
  }
  if (isAtRest) return 'in this page’s memory, and the refresh token at rest in this browser, bound to a key.'
  return fallback
    ? `in this page’s memory instead of the vault: ${vaultProblems[fallback]}.`
    : 'in this page’s memory.'
}

function describeRung({ rung, outcome, why, tookMs }: RungReport): string {
  const reason = why && ` (${skipReasons[why as SkipReason] ?? why})`
  const took = outcome === 'skipped' || tookMs === undefined ? '' : `, ${tookMs} ms`
  return `${rungNames[rung]} ${outcomes[outcome]}${reason ?? ''}${took}`
}
