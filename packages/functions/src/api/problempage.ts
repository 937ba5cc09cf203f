import { advice } from "./advice.ts";

/** The page about the problems with this code; undefined for a code that the API does not answer. */
export function page(code: string): string | undefined {
  if (!Object.hasOwn(advice, code)) return undefined;
  const [means, todo] = advice[code]!;
  return html(
    code,
    `<p>${means}</p>
    <h2>What to do</h2>
    <p>${todo}</p>
    <p><a href="/docs/problems">All codes</a> · <a href="/docs">The API</a></p>`,
  );
}

/** The page with all codes. */
export function list(): string {
  const rows = Object.entries(advice).map(
    ([code, [means]]) => `<dt><a href="/docs/problems/${code}"><code>${code}</code></a></dt><dd>${means}</dd>`,
  );
  return html("Problems", `<dl>${rows.join("\n")}</dl>`);
}

const styles = `
      :root { color-scheme: light dark }
      body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem }
      dd { margin: 0 0 0.75rem }`;

/** A page that loads nothing. */
export function html(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title} · Travel Conductor API</title>
    <link rel="icon" href="data:,">
    <style>${styles}</style>
  </head>
  <body>
    <h1>${title}</h1>
    ${content}
  </body>
</html>
`;
}
