import { createVaultBrowser } from '../../test/fake-vault.ts'
import { describeKeeper } from '../../test/keeper-contract.ts'
import { createKeeperBrowser } from '../../test/keeper-pages.ts'
import { createPageKeeper } from './page-keeper.ts'
import { createKeeperWithFallback } from './with-fallback.ts'

describeKeeper('memory', () => createKeeperBrowser(() => ({ createKeeper: createPageKeeper })))
describeKeeper('vault', () =>
  createVaultBrowser({
    createKeeper: (context) => createKeeperWithFallback(context, async () => createPageKeeper(context)),
  }),
)
