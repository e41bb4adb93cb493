import { packRequest, sendPacked } from '../keeper/sealed-fetch.ts'
import type { PackedResponseHead } from '../vault/packed.ts'
import type { HostLink } from './host-link.ts'

/** Has the host send a request, for whom the page showed. Its answer's body comes piece by piece, as it is read. */
export async function hostedFetch(
  { call, mind }: HostLink,
  request: Request,
  who: string | undefined,
): Promise<Response> {
  const packed = await packRequest(request)
  const sender = {
    mind,
    call: (_method: 'send', param: unknown, transfer: Transferable[]) =>
      call('fetch', param, { transfer, who }) as Promise<PackedResponseHead>,
  }
  // Which sign-in's token goes with it, is for the host to say: it knows whom the page shows.
  return sendPacked(sender, { ...packed, epoch: 0 }, request.signal)
}
