/** Markup that is safe to send: everything that came from outside was escaped on the way in. */
export class Html {
  readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }
}

export type HtmlValue = Html | string | readonly Html[] | undefined

/** Builds markup; every string that is put in is escaped. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const markup = parts.map((part, index) => part + render(values[index])).join('')
  return new Html(markup)
}

/** Markup by somebody we trust, such as oidc-provider's own form. */
export function trusted(markup: string): Html {
  return new Html(markup)
}

function render(value: HtmlValue): string {
  if (value === undefined) return ''
  if (value instanceof Html) return value.markup
  if (typeof value === 'string') return escapeText(value)
  return value.map(render).join('')
}

function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
