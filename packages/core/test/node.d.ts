/** What tests ask of Node. Its own types would let the sources, which run in browsers, use all of it. */
declare module 'node:v8' {
  export function setFlagsFromString(flags: string): void
}
declare module 'node:vm' {
  export function runInNewContext(code: string): unknown
}
