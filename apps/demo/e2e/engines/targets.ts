import type { Target } from './engine.ts'

/** The part of the demo's pages that stays while the rest changes. */
export const header: Target = '//header'
export const main: Target = '//main'
export const sessionPanel: Target = '//aside'

/** By its name, in the whole page or a part of it. */
export function button(name: string, within: Target = ''): Target {
  return `${within}//button[normalize-space()=${quote(name)} or @aria-label=${quote(name)}]`
}

/** By its text, in the whole page or a part of it. */
export function link(name: string, within: Target = ''): Target {
  return `${within}//a[@href][normalize-space()=${quote(name)}]`
}

/** A part of the page, by its heading. */
export function section(name: string): Target {
  return `//section[h2[normalize-space()=${quote(name)}]]`
}

/** What is said, in the whole page or a part of it. */
export function said(role: 'alert' | 'status' | 'timer', within: Target = main): Target {
  return `${within}//*[@role="${role}"]`
}

/** The dialog that is open. */
export const dialog: Target = '//dialog[@open]'

/** By its label. */
export function field(label: string): Target {
  return `//*[self::input or self::textarea][@id=//label[normalize-space()=${quote(label)}]/@for]`
}

/** XPath knows no escapes. */
function quote(text: string): string {
  if (text.includes('"')) throw new TypeError(`A name with quotation marks cannot be looked for: ${text}`)
  return `"${text}"`
}
