import { expect, it } from 'vitest'
import { html, trusted } from './html.ts'

it('escapes every string, in text and in attributes', () => {
  const hostile = `<img src=x onerror="alert('&')">`

  expect(html`<p title="${hostile}">${hostile}</p>`.markup).toBe(
    '<p title="&lt;img src=x onerror=&quot;alert(&#39;&amp;&#39;)&quot;&gt;">' +
      '&lt;img src=x onerror=&quot;alert(&#39;&amp;&#39;)&quot;&gt;</p>',
  )
})

it('puts markup in as it is, and nothing for what is missing', () => {
  const items = ['a', '<b>'].map((text) => html`<li>${text}</li>`)

  expect(html`<ul>${items}</ul>${undefined}${trusted('<hr>')}`.markup).toBe(
    '<ul><li>a</li><li>&lt;b&gt;</li></ul><hr>',
  )
})
