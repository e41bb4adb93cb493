/**
 * Tokens that are worth nothing without a key that nobody can read (RFC 9449). An entry of its own: an app without it
 * does not carry its code.
 *
 * @packageDocumentation
 */
export type { Binding } from '../protocol/binding.ts'
export type { DpopOptions } from './dpop.ts'
export { dpop } from './dpop.ts'
