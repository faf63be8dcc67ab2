/** The style of the page. It stands in the page itself: nothing is loaded from anywhere. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --surface: #ffffff; --text: #1b2430; --quiet: #556273; --line: #dde2e9;
  --accent: #1a56c4; --good: #12734a; --good-ground: #e3f4ec; --code: #f1f4f8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #10151c; --surface: #181f29; --text: #e6ebf2; --quiet: #a3afbf; --line: #2b3645;
    --accent: #82aeff; --good: #6fd8a8; --good-ground: #15352a; --code: #111820;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--text); line-height: 1.55;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main { max-width: 60rem; margin: 0 auto; padding: 3rem 1.25rem 4rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .5rem; letter-spacing: -.01em; }
h2 { font-size: 1.1rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: .95rem; margin: 0; padding: .6rem 1rem; border-bottom: 1px solid var(--line); }
p { margin: 0 0 .75rem; max-width: 44rem; }
a { color: var(--accent); text-underline-offset: .15em; }
a:focus-visible, pre:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .25rem; }
.lead { font-size: 1.1rem; color: var(--quiet); }
header + p { margin-top: 1.5rem; max-width: 46rem; }
.facts { display: flex; flex-wrap: wrap; gap: .5rem; padding: 0; margin: 1rem 0 0; list-style: none; }
.facts li { border: 1px solid var(--line); background: var(--surface); border-radius: 99rem; padding: .2rem .8rem; font-size: .9rem; }
.facts .up { background: var(--good-ground); color: var(--good); border-color: transparent; font-weight: 600; }
.counts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin: 0; }
.counts div { background: var(--surface); border: 1px solid var(--line); border-radius: .75rem; padding: .9rem 1rem; display: flex; flex-direction: column-reverse; }
.counts dt { color: var(--quiet); font-size: .9rem; }
.counts dd { margin: 0; font-size: 1.7rem; font-weight: 650; font-variant-numeric: tabular-nums; line-height: 1.2; }
.ways { display: grid; gap: 1rem; }
.ways section { background: var(--surface); border: 1px solid var(--line); border-radius: .75rem; overflow: hidden; }
pre { margin: 0; padding: .9rem 1rem; overflow-x: auto; background: var(--code); font-size: .875rem; line-height: 1.6; tab-size: 2; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
.links { padding: 0; margin: 0; list-style: none; display: grid; gap: .5rem; }
.links span { color: var(--quiet); }
footer { margin-top: 3rem; color: var(--quiet); font-size: .9rem; }
`;
