import { html } from "hono/html";

/** A part of a page, escaped. */
export type Part = ReturnType<typeof html>;

/** The Content-Security-Policy of these pages: they may use their own style, frame and empty icon. */
export const policy = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src data:",
  "frame-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
].join("; ");

export const style = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { font-size: 1.125rem; }
table { width: 100%; border-collapse: collapse; }
caption { text-align: start; padding-block: 0.5rem; }
th, td { text-align: start; vertical-align: top; padding: 0.5rem 0.75rem 0.5rem 0; border-bottom: 1px solid; overflow-wrap: anywhere; }
td:last-child { white-space: nowrap; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
iframe { width: 100%; height: 26rem; border: 1px solid; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: 1rem; border: 1px solid; }
@media (max-width: 40rem) {
  thead { position: absolute; clip-path: inset(50%); }
  table, caption, tbody, tr, td { display: block; }
  td { border: 0; padding: 0; }
  tr { border-bottom: 1px solid; padding-block: 0.75rem; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 0.5rem; }
  nav a, td a { display: inline-block; padding-block: 0.5rem; }
}
:focus-visible { outline: 3px solid; outline-offset: 2px; }
`;

export function page(title: string, body: Part): Part {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title} – Travel Conductor</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/outbox/style.css">
  </head>
  <body>
    <nav aria-label="Outbox"><a href="/outbox">Outbox</a></nav>
    <main>
      <h1>${title}</h1>
      ${body}
    </main>
  </body>
</html>
`;
}
