/** The look of every page, embedded because it is small and the page then needs no further request. */
export const stylesheet: string = `
:root {
  color-scheme: light dark;
  --page: #f3f4f7; --card: #fff; --text: #171a21; --muted: #5a6170; --line: #dde0e7; --control: #c0c6d2; --edge: #868d9c;
  --accent: #3f4fd0; --accent-hover: #3442b4; --on-accent: #fff; --soft: #f3f4f7;
  --danger: #a61b1b; --danger-surface: #fdeeee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101218; --card: #191c24; --text: #eceef3; --muted: #a3abba; --line: #2c313d; --control: #4a5262; --edge: #6f7788;
    --accent: #a9b4ff; --accent-hover: #c1c9ff; --on-accent: #12153a; --soft: #222632;
    --danger: #ffb3ad; --danger-surface: #3a1c1e;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh; background: var(--card); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main { padding: 1.5rem 1.25rem 2rem; max-width: 26rem; margin: 0 auto; overflow-wrap: anywhere; }
@media (min-width: 30rem) {
  body { background: var(--page); display: grid; place-items: center; padding: 2rem 1rem; }
  main {
    width: 100%; padding: 2rem 2.25rem 2.25rem; background: var(--card);
    border: 1px solid var(--line); border-radius: 1rem; box-shadow: 0 1px 2px rgb(0 0 0 / .04), 0 12px 32px rgb(0 0 0 / .06);
  }
}
.brand { display: flex; align-items: center; gap: .5rem; margin: 0 0 1.75rem; color: var(--accent); font-weight: 650; letter-spacing: -.01em; }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; letter-spacing: -.02em; font-weight: 650; text-wrap: balance; }
h1 + p { margin: .375rem 0 0; color: var(--muted); }
strong { color: var(--text); font-weight: 600; }
a { color: var(--accent); text-underline-offset: .2em; }
.stack { display: grid; gap: .75rem; margin: 1.5rem 0 0; }
.field { display: grid; gap: .375rem; margin-bottom: .5rem; }
label { font-weight: 550; font-size: .9375rem; }
input:not([type=hidden]) {
  width: 100%; min-height: 2.875rem; padding: .5rem .875rem; font: inherit; color: inherit; background: var(--card);
  border: 1px solid var(--edge); border-radius: .625rem;
}
input[aria-invalid] { border-color: var(--danger); }
button, .button {
  display: block; width: 100%; min-height: 2.875rem; padding: .625rem 1rem; font: inherit; font-weight: 600; text-align: center; text-decoration: none;
  cursor: pointer; color: var(--text); background: transparent; border: 1px solid var(--control); border-radius: .625rem;
}
button:hover, .button:hover { background: var(--soft); }
.primary { color: var(--on-accent); background: var(--accent); border-color: transparent; }
.primary:hover { background: var(--accent-hover); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.alert { margin: 1.25rem 0 0; padding: .75rem .875rem; color: var(--danger); background: var(--danger-surface); border-radius: .625rem; font-size: .9375rem; }
.note { margin: 1.75rem 0 0; padding: 1.125rem 0 0; border-top: 1px solid var(--line); color: var(--muted); font-size: .875rem; }
.note p { margin: 0 0 .25rem; }
code { font: .9em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; color: var(--text); }
.accounts { display: grid; grid-template-columns: max-content 1fr; gap: .125rem 1rem; margin: .375rem 0 0; }
.accounts dd { margin: 0; }
.person { display: flex; align-items: center; gap: .75rem; margin: 1.25rem 0 0; padding: .75rem .875rem; background: var(--soft); border-radius: .75rem; font-size: .9375rem; line-height: 1.35; }
.person img { flex: none; width: 2.5rem; height: 2.5rem; border-radius: 50%; }
.person span { display: block; color: var(--muted); }
.scopes { margin: .375rem 0 0; padding: 0; list-style: none; }
.scopes li { position: relative; padding: .375rem 0 .375rem 1.875rem; }
.scopes li::before { content: ""; position: absolute; left: .25rem; top: .8rem; width: .75rem; height: .375rem; border: solid var(--accent); border-width: 0 0 2px 2px; transform: rotate(-45deg); }
.details { margin: 1.25rem 0 0; font-size: .9375rem; color: var(--muted); }
`
