/** A letter as it is sent: the same words as plain text and as HTML, and further headers. */
export type Letter = { subject: string; text: string; html: string; headers?: Record<string, string> };

/** A paragraph, or a link on a line of its own. */
export type Part = string | { label: string; url: string };

/** A letter of these parts, with our name at the end; `language` is BCP 47. */
export function letterOf(subject: string, parts: Part[], language = "en"): Letter {
  const all = [...parts, "Travel Conductor"];
  return {
    subject,
    text: `${all.map((part) => (typeof part === "string" ? part : `${part.label}:\n${part.url}`)).join("\n\n")}\n`,
    html: page(subject, all.map(paragraph).join("\n    "), language),
  };
}

function paragraph(part: Part): string {
  const inner =
    typeof part === "string" ? escapeHtml(part) : `<a href="${escapeHtml(part.url)}">${escapeHtml(part.label)}</a>`;
  return `<p>${inner}</p>`;
}

/** No styles, images or scripts: it uses the reader's own fonts, sizes and colours. */
function page(title: string, body: string, language: string): string {
  return `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${escapeHtml(title)}</title>
  </head>
  <body>
    <h1>${escapeHtml(title)}</h1>
    ${body}
  </body>
</html>
`;
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
