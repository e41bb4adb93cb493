import { useAuth } from '@latchkey/react'
import { ClientSwitch } from '../home/client-switch.tsx'
import { Introduction } from '../home/introduction.tsx'
import { KeeperSwitch } from '../home/keeper-switch.tsx'
import { MoreTabs } from '../home/more-tabs.tsx'
import { ThingsToTry } from '../home/things-to-try.tsx'
import { Page } from '../layout/page.tsx'

export function Home() {
  const { status, user } = useAuth()
  return status === 'authenticated' ? (
    <Page title="Home" heading={`Hello, ${user.name ?? user.sub}`}>
      <ThingsToTry />
      <MoreTabs />
      <KeeperSwitch isDisabled />
      <ClientSwitch isDisabled />
    </Page>
  ) : (
    <Page title="Home" heading="See a login from the inside">
      <Introduction />
      <KeeperSwitch />
      <ClientSwitch />
    </Page>
  )
}
