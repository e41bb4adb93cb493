/** Where a browser ended up: a page of the provider, or an address of the app, which it does not open. */
export interface Visited {
  readonly url: URL
  readonly status: number
  readonly text: string
  readonly headers: Headers
  /** The headers of the redirects that led here. */
  readonly redirects: readonly Headers[]
}

export interface Browser {
  open(url: string | URL): Promise<Visited>
  /** Fills the page's form and presses the button with this text. */
  press(page: Visited, button: string, fields?: Readonly<Record<string, string>>): Promise<Visited>
  /** Opens what the link with this text leads to. */
  follow(page: Visited, link: string): Promise<Visited>
  /** `document.cookie` in a page at this address. */
  readableCookies(url: string): string
}

interface Cookie {
  readonly name: string
  readonly value: string
  readonly path: string
  readonly isReadable: boolean
}

/** A browser without scripts: it keeps cookies, follows redirects and submits forms. */
export function createBrowser({ appOrigin }: { appOrigin: string }): Browser {
  let cookies: readonly Cookie[] = []

  async function go(start: URL, init: RequestInit): Promise<Visited> {
    let url = start
    let next = init
    const redirects: Headers[] = []
    while (redirects.length < 10) {
      if (url.origin === appOrigin) return { url, status: 0, text: '', headers: new Headers(), redirects }
      const response = await fetch(url, {
        ...next,
        redirect: 'manual',
        headers: { accept: 'text/html', cookie: cookieHeader(cookies, url), ...next.headers },
      })
      cookies = response.headers.getSetCookie().reduce((jar, line) => store(jar, line), cookies)
      const text = await response.text()
      const location = response.headers.get('location')
      if (location === null)
        return { url, status: response.status, text, headers: response.headers, redirects }
      redirects.push(response.headers)
      url = new URL(location, url)
      next = {}
    }
    throw new Error(`Too many redirects, the last to ${url}`)
  }

  return {
    open: (url) => go(new URL(url), {}),
    press(page, button, fields = {}) {
      const form = readForm(page, button)
      const body = new URLSearchParams({ ...form.hidden, ...fields, ...form.pressed })
      return go(form.action, { method: 'POST', body })
    },
    follow(page, link) {
      const [, attributes = ''] = page.text.match(new RegExp(`<a([^>]*)>${link}</a>`)) ?? []
      return go(new URL(readAttributes(attributes).href ?? '', page.url), {})
    },
    readableCookies: (url) =>
      cookieHeader(
        cookies.filter(({ isReadable }) => isReadable),
        new URL(url),
      ),
  }
}

function store(jar: readonly Cookie[], line: string): readonly Cookie[] {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
  const name = pair.slice(0, pair.indexOf('='))
  const value = pair.slice(pair.indexOf('=') + 1)
  const path = attributes.find((part) => part.startsWith('path='))?.slice('path='.length) ?? '/'
  const isReadable = !attributes.includes('httponly')
  const others = jar.filter((cookie) => cookie.name !== name || cookie.path !== path)
  return value === '' ? others : [...others, { name, value, path, isReadable }]
}

function cookieHeader(jar: readonly Cookie[], { pathname }: URL): string {
  return jar
    .filter(({ path }) => pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`))
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')
}

function readForm(
  page: Visited,
  button: string,
): { action: URL; hidden: Record<string, string>; pressed: Record<string, string> } {
  const [form] = tags(page.text, 'form')
  if (!form) throw new Error(`No form at ${page.url.pathname}: ${page.text.slice(0, 200)}`)
  const hidden = tags(page.text, 'input').filter(({ type }) => type === 'hidden')
  const [, attributes] =
    [...page.text.matchAll(/<button([^>]*)>([^<]*)<\/button>/g)].find(([, , text]) => text === button) ?? []
  if (attributes === undefined) throw new Error(`No button "${button}" at ${page.url.pathname}`)
  return {
    action: new URL(form.action ?? '', page.url),
    hidden: Object.fromEntries(hidden.map(({ name = '', value = '' }) => [name, value])),
    pressed: pair(readAttributes(attributes)),
  }
}

function pair({ name, value = '' }: Record<string, string>): Record<string, string> {
  return name === undefined ? {} : { [name]: value }
}

function tags(markup: string, name: string): readonly Record<string, string>[] {
  return [...markup.matchAll(new RegExp(`<${name}([^>]*)>`, 'g'))].map(([, text = '']) =>
    readAttributes(text),
  )
}

function readAttributes(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
  )
}
