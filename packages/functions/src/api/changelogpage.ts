import { readShipped } from "@travel-conductor/core/base/file";
import { html } from "./problempage.ts";

/** The page of the changelog, made from `packages/docs/changelog.md`. */
export function page(): string {
  const [title = "", ...blocks] = readShipped(new URL("../../../docs/changelog.md", import.meta.url)).split(/\n\n+/);
  return html(title.replace(/^# /, ""), blocks.map(toHtml).join("\n"));
}

/** Markdown to HTML, as far as the changelog uses it: headings, lists, paragraphs and code. */
function toHtml(block: string): string {
  const text = escaped(block.trim()).replace(/`([^`]*)`/g, "<code>$1</code>");
  if (text.startsWith("## ")) return `<h2>${text.slice(3)}</h2>`;
  if (!text.startsWith("- ")) return `<p>${text}</p>`;
  const items = `\n${text}`.split("\n- ").slice(1);
  return `<ul>${items.map((item) => `<li>${item}</li>`).join("\n")}</ul>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
