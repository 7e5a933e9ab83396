/**
 * The frame of a page. It needs no script and asks for nothing: styles and pictures are inside, and a content security policy forbids
 * the rest.
 */
import { STYLE } from './html-style';
import { Markup, markup } from './markup';

export function htmlPage(title: string, content: Markup): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`.source;
}

export function section(title: string, content: readonly Markup[]): Markup {
  return markup`<section><h2>${title}</h2>
${content}
</section>`;
}

export function list(items: readonly string[]): Markup {
  return markup`<ul>${items.map((item) => markup`<li>${item}</li>`)}</ul>`;
}
