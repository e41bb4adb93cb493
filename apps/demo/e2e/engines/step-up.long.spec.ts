import { requestsTo } from '../provider-log.ts'
import { confirmSecondStep, enterPassword, expectSignedIn, expectText, expectUrl, signIn } from './steps.ts'
import { button, main, said, section } from './targets.ts'
import { expect, test } from './test.ts'

test('an order is deleted once the API has the second step that it wants, and the page is come back to', async ({
  tab,
  demo,
  idp,
}) => {
  await tab.goto(`${demo.url}/step-up`)
  await enterPassword(tab)
  await tab.click(button('Delete order A-1002', main))
  await confirmSecondStep(tab)
  await expectText(tab, said('status'), 'Order A-1002 is deleted.')
  await expectText(tab, 'table', /^(?!.*A-1002)/)
  await expectUrl(tab, `${demo.url}/step-up`)
  await expectSignedIn(tab)
  expect(requestsTo(idp, '/orders/A-1002')).toMatchObject([{ status: 401 }, { status: 204 }])
})

test.describe('with the tokens in a sealed vault', () => {
  test.use({ keeper: 'sealed vault' })

  test('a second step by a window lets the call go on, and the page stays', async ({
    tab,
    openedWindow,
    engineName,
    demo,
    idp,
  }) => {
    const card = section('Prove it is you, and delete')
    await signIn(tab, `${demo.url}/popups`)
    await tab.click(button('Delete order A-1003', card))
    if (engineName === 'webkit') {
      // It lets a page open a window in the click itself alone, and by then the API has been asked.
      await expectText(tab, said('status', card), /did not let the window open/)
      await tab.click(button('Try again', card))
    }
    await confirmSecondStep(await openedWindow())
    await expectText(tab, said('status', card), 'Order A-1003 is deleted.')
    expect(requestsTo(idp, '/orders/A-1003')).toMatchObject([{ status: 401 }, { status: 204 }])
    await expectSignedIn(tab)
  })
})
