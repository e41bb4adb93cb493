import { packRequest, type Sender, sendPacked } from '../keeper/sealed-fetch.ts'
import type { again, HostLink } from './host-link.ts'

/** Who sends requests for a page: passed in, so that bundlers need not cut the page in pieces for it. */
export interface HostedSender {
  reach(): Promise<HostLink>
  readonly again: typeof again
  send(link: HostLink, ...given: Parameters<Sender['call']>): ReturnType<Sender['call']>
}

/** Methods that change nothing, so that what may have been sent already is sent again (RFC 9110 §9.2.1). */
const safeMethods = /^(GET|HEAD|OPTIONS)$/

/** Has the host send a request. Its answer's body comes piece by piece, as it is read. */
export async function hostedFetch({ reach, again, send }: HostedSender, request: Request): Promise<Response> {
  const packed = await packRequest(request)
  const attempt = async (): Promise<Response> => {
    const link = await reach()
    const sender: Sender = { mind: link.mind, call: (...given) => send(link, ...given) }
    // Which sign-in's token goes with it, is for the host to say: it knows whom the page shows.
    return sendPacked(sender, { ...packed, epoch: 0 }, request.signal)
  }
  return safeMethods.test(request.method) ? again(attempt) : attempt()
}
