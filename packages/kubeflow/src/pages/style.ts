/**
 * The style of all pages. It stands in the page itself: nothing is loaded from anywhere. Sizes are in rem, so that a page
 * grows with the reader's letters, and nothing is wider than its text needs: 320 pixels are enough.
 */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --surface: #ffffff; --text: #1b2430; --quiet: #556273; --line: #dde2e9; --edge: #7a8798;
  --accent: #1a56c4; --on-accent: #ffffff; --bad: #a3211b; --bad-ground: #fdeceb;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #10151c; --surface: #181f29; --text: #e6ebf2; --quiet: #a3afbf; --line: #2b3645; --edge: #7d8b9e;
    --accent: #82aeff; --on-accent: #0d1420; --bad: #ffb1aa; --bad-ground: #3a1b1a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--text); line-height: 1.55;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main { max-width: 26rem; margin: 0 auto; padding: clamp(1rem, 8vh, 5rem) 1rem 3rem; overflow-wrap: anywhere; }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: .75rem; padding: 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; letter-spacing: -.01em; }
p { margin: 0 0 1rem; }
.lead, footer { color: var(--quiet); }
footer { margin-top: 1.25rem; font-size: .9rem; }
label { display: block; font-weight: 600; margin: 1rem 0 .3rem; }
input {
  display: block; width: 100%; font: inherit; color: inherit; background: var(--ground);
  border: 1px solid var(--edge); border-radius: .4rem; padding: .55rem .7rem;
}
button, .button {
  display: block; width: 100%; font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: .4rem;
  padding: .6rem .9rem; margin-top: 1.25rem;
}
button.quiet, .button.quiet { color: var(--text); background: transparent; border-color: var(--edge); margin-top: .75rem; }
.choices { list-style: none; padding: 0; margin: 0; }
a { color: var(--accent); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.error { color: var(--bad); background: var(--bad-ground); border-radius: .4rem; padding: .6rem .8rem; margin: 1rem 0 0; }
dl { margin: 0 0 1rem; }
dt { color: var(--quiet); font-size: .9rem; }
dd { margin: 0 0 .6rem; font-weight: 600; }
`;
