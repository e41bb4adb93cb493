import '@latchkey/core/host'

// A host that says how many clients it has: each holds one channel to other tabs, for as long as it is started.
const Channel = globalThis.BroadcastChannel
let open = 0

globalThis.BroadcastChannel = class extends Channel {
  constructor(name: string) {
    super(name)
    open += 1
  }

  override close(): void {
    super.close()
    open -= 1
  }
}

const asked = new Channel('how-many')
asked.onmessage = ({ data }) => data === 'clients' && asked.postMessage(open)
