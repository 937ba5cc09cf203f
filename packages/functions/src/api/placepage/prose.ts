import { escapeHtml } from "@travel-conductor/core/base/html";
import type { Block, Span } from "@travel-conductor/core/base/prose";

/** Prose as HTML: nothing but these elements, and every text escaped. */
export function proseHtml(blocks: Block[]): string {
  return blocks.map(blockHtml).join("\n");
}

function blockHtml(block: Block): string {
  if (block.kind === "list") {
    const name = block.ordered ? "ol" : "ul";
    return `<${name}>${block.items.map((item) => `<li>${proseHtml(item)}</li>`).join("")}</${name}>`;
  }
  if (block.kind === "quote") return `<blockquote>${proseHtml(block.blocks)}</blockquote>`;
  const name = block.kind === "heading" ? "h3" : "p";
  return `<${name}>${spansHtml(block.spans)}</${name}>`;
}

function spansHtml(spans: Span[]): string {
  return spans
    .map((span) => {
      if (typeof span === "string") return escapeHtml(span);
      if ("strong" in span) return `<strong>${spansHtml(span.strong)}</strong>`;
      if ("em" in span) return `<em>${spansHtml(span.em)}</em>`;
      return `<a href="${escapeHtml(span.link)}" rel="nofollow">${spansHtml(span.text)}</a>`;
    })
    .join("");
}
