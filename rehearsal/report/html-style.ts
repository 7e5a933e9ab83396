/** The look of the page. System fonts, colours that keep their contrast on light and on dark, and paper. */

const LIGHT = `
--page: #f4f6f8; --card: #ffffff; --text: #1a2027; --muted: #57616d; --rule: #d8dee5; --track: #edf0f4; --accent: #0b5cad;
--ok: #5a9c83; --failed: #c8281f; --down: #b7730a; --out: #7a8796;
--broken: #c8281f; --broken-ground: #f8dcda; --allowed: #bcd3f0; --limit: #2563a8; --move: #5b3fa8;
--pass: #11632d; --pass-ground: #dcf5e3; --fail: #a1140f; --fail-ground: #fde5e3;
--line-0: #c8281f; --line-1: #1f6fc0; --line-2: #b7730a; --line-3: #1d8a5f; --line-4: #7a3fb0; --line-5: #53606d;`;

const DARK = `
--page: #0f1318; --card: #181e25; --text: #e6eaef; --muted: #9aa6b3; --rule: #303a45; --track: #222a33; --accent: #7fb6f2;
--ok: #4f9279; --failed: #ff6a5f; --down: #e0a23c; --out: #8794a3;
--broken: #ff6a5f; --broken-ground: #47211f; --allowed: #2c4a70; --limit: #86b5ec; --move: #b9a2ff;
--pass: #7fdc9a; --pass-ground: #15341f; --fail: #ffa199; --fail-ground: #451b18;
--line-0: #ff6a5f; --line-1: #7fb6f2; --line-2: #e0a23c; --line-3: #5cc79a; --line-4: #c39bff; --line-5: #a9b5c1;`;

const PAGE = `
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1240px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { margin: 0 0 16px; font-size: 28px; line-height: 1.2; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { margin: 0 0 12px; font-size: 18px; }
.kicker { margin: 0 0 4px; color: var(--muted); font-size: 14px; }
section, header { margin-bottom: 20px; padding: 20px 24px;
  background: var(--card); border: 1px solid var(--rule); border-radius: 10px; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 0 20px; }
.verdict { margin: 0 0 12px; padding: 12px 16px; border-radius: 8px; border-left: 6px solid; }
.verdict strong { margin-right: 8px; letter-spacing: 0.04em; }
.pass { color: var(--pass); background: var(--pass-ground); border-color: var(--pass); }
.fail { color: var(--fail); background: var(--fail-ground); border-color: var(--fail); }
li { overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px 24px; margin: 16px 0 0; }
dt { color: var(--muted); font-size: 13px; }
dd { margin: 0; overflow-wrap: anywhere; }
code { font: 0.9em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
ul { margin: 0; padding-left: 20px; }
summary { cursor: pointer; font-weight: 600; padding: 4px 0; }
summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.run + .run { margin-top: 8px; padding-top: 8px; border-top: 1px solid var(--rule); }
.log > summary { color: var(--accent); font-weight: 400; font-size: 14px; }
.badge { display: inline-block; padding: 1px 8px; border-radius: 9px; font-size: 13px; font-weight: 600; white-space: nowrap; }
table { width: 100%; border-collapse: collapse; font-size: 15px; }
caption { padding-bottom: 4px; text-align: left; color: var(--muted); font-size: 13px; }
th, td { padding: 8px 16px 8px 0; border-top: 1px solid var(--rule); text-align: left; vertical-align: top; }
thead th { border-top: 0; color: var(--muted); font-size: 13px; font-weight: 600; }
tbody th { font-weight: 600; overflow-wrap: anywhere; }
th small { display: block; color: var(--muted); font-size: 13px; font-weight: 400; }
.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.figure + td:not(.figure), th.figure + th:not(.figure) { padding-left: 12px; }
td:last-child, th:last-child { padding-right: 0; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 0 0 8px; padding: 0; list-style: none;
  color: var(--muted); font-size: 13px; }
.key { display: inline-block; width: 16px; height: 10px; margin-right: 6px; }
.key.broken { background: repeating-linear-gradient(45deg, var(--broken) 0 2px, var(--broken-ground) 2px 5px); }
.key.down { background: var(--down); }
.key.out { background: var(--out); }
.key.ok { background: var(--ok); }
.key.failed { background: var(--failed); }
.key.allowed { height: 6px; margin-bottom: 2px; background: var(--allowed); border-right: 2px solid var(--limit); }
.key.moved { width: 9px; height: 9px; background: var(--move); transform: rotate(45deg); }`;

const PICTURE = `
svg { display: block; overflow: visible; }
svg text { fill: var(--text); font-size: 12px; }
.timeline { margin-top: 12px; }
.anchor { overflow: visible; }
.grid { stroke: var(--rule); }
.base { stroke: var(--muted); }
.tick { fill: var(--muted); text-anchor: middle; font-variant-numeric: tabular-nums; }
.axis, .fact, .before { text-anchor: end; }
.axis, .fact { fill: var(--muted); }
.name { font-weight: 600; }
.aside { fill: var(--muted); font-weight: 400; }
.name, .fact, .milestone text, .mark text { paint-order: stroke; stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; }
.track { fill: var(--track); }
.lane .track { fill-opacity: 0.75; }
.hatch-ground { fill: var(--broken-ground); }
.hatch-line { fill: var(--broken); }
rect.down { fill: var(--down); }
.dns rect.down { fill: var(--out); }
rect.ok { fill: var(--ok); }
rect.failed { fill: var(--failed); }
rect.ok, rect.failed { stroke: var(--card); stroke-width: 0.75; }
.budget rect, rect.allowed { fill: var(--allowed); }
.budget line, line.limit { stroke: var(--limit); stroke-width: 2; }
.budget.over line { stroke: var(--failed); }
.milestone line { stroke-width: 1.5; stroke-dasharray: 4 3; }
.milestone.fault line { stroke: var(--failed); }
.milestone.fault text { fill: var(--fail); font-weight: 600; }
.milestone.recovery line { stroke: var(--pass); }
.milestone.recovery text { fill: var(--pass); font-weight: 600; }
.mark path { fill: var(--move); stroke: var(--card); stroke-width: 1.5; }
.mark circle { fill: var(--muted); stroke: var(--card); stroke-width: 1.5; }
.budget-bar { min-width: 140px; margin-top: 2px; }
.budget-bar .kept { fill: var(--ok); }
.budget-bar .late { fill: var(--failed); }
.budget-bar.spread .worst { fill-opacity: 0.55; }
.budget-bar .median { stroke: var(--text); stroke-width: 2; }`;

/** Lines that lie on one another are told apart by their dashes and widths. */
const CURVES = `
h3 { margin: 24px 0 8px; font-size: 16px; overflow-wrap: anywhere; }
h3 small { margin-left: 10px; color: var(--muted); font-size: 13px; font-weight: 400; }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr)); gap: 8px 24px; margin: 8px 0; }
figure { margin: 0; }
figcaption { color: var(--muted); font-size: 13px; }
.level { fill: var(--muted); text-anchor: end; paint-order: stroke; stroke: var(--track); stroke-width: 4px; font-variant-numeric: tabular-nums; }
.tick.first { text-anchor: start; }
.tick.last { text-anchor: end; }
section p { margin: 0; }
.curve { fill: none; stroke-width: 2; }
.line-0 { stroke: var(--line-0); stroke-width: 5; stroke-opacity: 0.55; }
.line-1 { stroke: var(--line-1); stroke-dasharray: 9 5; }
.line-2 { stroke: var(--line-2); stroke-dasharray: 2 4; }
.line-3 { stroke: var(--line-3); stroke-dasharray: 14 4 2 4; }
.line-4 { stroke: var(--line-4); }
.line-5 { stroke: var(--line-5); }
.key.limit { width: 2px; height: 12px; margin-bottom: -2px; background: var(--limit); }
svg.key { overflow: hidden; width: 26px; }`;

const NARROW = `
main { padding: 12px 8px 40px; }
section, header { padding: 14px 12px; margin-bottom: 12px; }
h1 { font-size: 22px; }
.fact, .spare { display: none; }
table, caption, tbody, tr, th, td { display: block; }
thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
tbody tr { padding: 8px 0; border-top: 1px solid var(--rule); }
tbody th, tbody td, td.figure + td:not(.figure) { padding: 2px 0; border: 0; }
tbody td { display: grid; grid-template-columns: minmax(110px, 40%) 1fr; gap: 8px;
  justify-items: start; text-align: left; white-space: normal; }
tbody td::before { content: attr(data-label); color: var(--muted); font-size: 13px; }`;

const PAPER = `
:root { ${LIGHT} --page: #ffffff; }
body { font-size: 12px; }
main { max-width: none; padding: 0 12px; }
h1 { font-size: 20px; }
h2 { font-size: 14px; }
table { font-size: 11px; }
section, header { padding: 8px 0; border-width: 0 0 1px; border-radius: 0; }
.run > svg, tr, .verdict { break-inside: avoid; }
h2 { break-after: avoid; }
* { print-color-adjust: exact; -webkit-print-color-adjust: exact; }`;

export const STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
${PAGE}
${PICTURE}
${CURVES}
@media (max-width: 1000px) { .aside { display: none; } }
@media screen and (max-width: 640px) { ${NARROW} }
@media print { ${PAPER} }
`;
