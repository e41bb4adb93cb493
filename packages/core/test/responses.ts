/** What `fetch` gives for a redirect that is not to be followed (Fetch §4.4: an opaque-redirect filtered response). */
export function opaqueRedirect(): Response {
  const response = new Response(null)
  return Object.defineProperties(response, {
    type: { value: 'opaqueredirect' },
    status: { value: 0 },
  })
}

/** What `fetch` gives where it followed a redirect to `url`. */
export function redirectedTo(url: string, response: Response): Response {
  return Object.defineProperties(response, { redirected: { value: true }, url: { value: url } })
}

/** An answer whose headers come and whose body never ends. */
export function endlessBody(): Response {
  return new Response(
    new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode('{')) }),
  )
}

/** A web page where JSON is due. */
export function page(status = 200): Response {
  return new Response('<!doctype html><title>Welcome</title>', {
    status,
    headers: { 'content-type': 'text/html' },
  })
}
