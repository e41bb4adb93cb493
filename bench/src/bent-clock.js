// Lets time pass at once, as a sleeping laptop does: clocks jump, and no timer has run meanwhile. It is run as it stands
// in the measuring program, in every page and in every worker; a channel keeps those of one origin together.
;(() => {
  const RealDate = Date
  let shiftMs = 0
  class BentDate extends RealDate {
    /** @param {[]} args */
    constructor(...args) {
      if (args.length === 0) super(RealDate.now() + shiftMs)
      else super(...args)
    }
    static now() {
      return RealDate.now() + shiftMs
    }
  }
  const clock = {
    /** @param {number} ms */
    set(ms) {
      shiftMs = ms
    },
  }
  Object.assign(globalThis, { Date: BentDate, bentClock: clock })
  if (typeof location === 'undefined') return
  const realNow = performance.now.bind(performance)
  performance.now = () => realNow() + shiftMs
  const channel = new BroadcastChannel('bent-clock')
  channel.onmessage = ({ data }) => clock.set(data)
  Object.assign(clock, {
    /** @param {number} ms */
    setEverywhere(ms) {
      clock.set(ms)
      channel.postMessage(ms)
    },
  })
})()
