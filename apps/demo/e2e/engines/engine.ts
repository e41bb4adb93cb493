/** A browser engine that runs. */
export interface Engine {
  /** A fresh one: no cookies, nothing stored, no tab. */
  openBrowser(): Promise<Browser>
  /** Ends every program that was started for it. */
  stop(): Promise<void>
}

/** What one person has open: its tabs share cookies, storage and workers. */
export interface Browser {
  /** In front of the others. Firefox hides those, as people know it; in WebKit each stays visible. */
  openTab(): Promise<Tab>
  /** The window that a page has opened, once it is there. Each is given once, and the page may close it again. */
  openedWindow(): Promise<Tab>
  /** Closes the tabs and forgets everything. */
  close(): Promise<void>
}

/** One tab, with what every engine's driver can do. Input is a person's: it counts as a gesture. */
export interface Tab {
  /** Opens an address and waits for its page. */
  goto(url: string): Promise<void>
  /** Loads the page anew and waits for it. */
  reload(): Promise<void>
  /** Brings the tab to the front and goes back. It waits for nothing: what is come back to may never have been gone. */
  goBack(): Promise<void>
  url(): Promise<string>
  /** Brings the tab to the front, and waits until the element is there and can be clicked. */
  click(target: Target): Promise<void>
  /** Brings the tab to the front, waits until the field is there, and replaces what it holds. */
  fill(target: Target, text: string): Promise<void>
  /**
   * The value of an expression in the page, or of its promise. `runInPage` is the comfortable way.
   * WebKit asks one tab at a time, so no promise may wait here for what another tab is yet to be told.
   */
  evaluate(expression: string): Promise<unknown>
  close(): Promise<void>
}

/** An element of a page: a CSS selector, or an XPath, which begins with a slash. The first one that fits is meant. */
export type Target = string
