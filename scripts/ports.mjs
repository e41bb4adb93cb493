import { connect } from 'node:net'

/**
 * Tells whether somebody answers on a port of this machine.
 *
 * @param {number} port
 */
async function isPortTaken(port) {
  const answers = await Promise.all(['127.0.0.1', '::1'].map((host) => answersAt(host, port)))
  return answers.includes(true)
}

/**
 * Says how to get past taken ports, or nothing when all are free.
 *
 * @param {Readonly<Record<string, number>>} ports by the environment variable that moves each
 * @returns {Promise<string | undefined>}
 */
export async function describeTakenPorts(ports) {
  const taken = []
  const reserved = Object.values(ports)
  for (const [variable, port] of Object.entries(ports)) {
    if (!(await isPortTaken(port))) continue
    const free = await firstFreePort(port + 1, reserved)
    reserved.push(free)
    taken.push({ port, assignment: `${variable}=${free}` })
  }
  if (taken.length === 0) return undefined
  const numbers = taken.map(({ port }) => `Port ${port} is taken.`).join(' ')
  return `${numbers} Stop what uses it, or choose another: ${taken.map(({ assignment }) => assignment).join(' ')} npm start`
}

/**
 * @param {number} from
 * @param {readonly number[]} reserved
 */
async function firstFreePort(from, reserved) {
  let port = from
  while (reserved.includes(port) || (await isPortTaken(port))) port += 1
  return port
}

/**
 * @param {string} host
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function answersAt(host, port) {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
