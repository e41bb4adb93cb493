import { enterPassword, expectSignedIn, expectText } from './steps.ts'
import { button, link, main, said } from './targets.ts'
import { test } from './test.ts'

for (const [router, id] of [
  ['React Router, with loaders', 'react-router'],
  ['TanStack Router, with beforeLoad', 'tanstack-router'],
] as const) {
  test(`${router}: leads through the sign-in and back, and shows nobody’s settings after a sign-out`, async ({
    tab,
    demo,
    problems,
  }) => {
    // React puts on the console what an error component of TanStack Router is shown for.
    problems.allow(/SignInRequiredError/)
    const panel = `${main}//section[@aria-labelledby="${id}"]`
    await tab.goto(`${demo.url}/routers`)
    await tab.click(link('Settings', panel))
    await enterPassword(tab)
    await expectSignedIn(tab)
    await expectText(tab, panel, /Settings of Alice Liddell/)
    await tab.click(button('Sign out here only'))
    await expectText(tab, said('alert', panel), /./)
    await expectText(tab, panel, /^(?!.*Alice)/)
    await tab.click(button('Sign in to go on', panel))
    await expectText(tab, panel, /Settings of Alice Liddell/)
  })
}
