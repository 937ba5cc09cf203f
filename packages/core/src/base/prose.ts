import type { PhrasingContent, RootContent } from "mdast";
import { parseAddress } from "./address.ts";

/**
 * Prose as data: what may be shown of a Markdown text, and nothing else. A page makes its own elements of it, so that no
 * text of anybody becomes markup.
 */
export type Span = string | { strong: Span[] } | { em: Span[] } | { link: string; text: Span[] };
export type Block =
  | { kind: "paragraph"; spans: Span[] }
  | { kind: "heading"; spans: Span[] }
  | { kind: "list"; ordered: boolean; items: Block[][] }
  | { kind: "quote"; blocks: Block[] };

/** How deep lists and quotes may lie in each other; what is deeper is left out. */
const deepest = 4;

/**
 * Reads a Markdown text: paragraphs, headings, lists, quotes, emphasis and links to https addresses or to paths of the
 * site. Of everything else (HTML, pictures, code, tables) only the words stay. The parser is loaded at the first call.
 */
export async function parseProse(markdown: string): Promise<Block[]> {
  const { fromMarkdown } = await import("mdast-util-from-markdown");
  return blocksOf(fromMarkdown(markdown).children, deepest);
}

function blocksOf(nodes: RootContent[], depth: number): Block[] {
  if (depth === 0) return [];
  return nodes.flatMap((node): Block[] => {
    switch (node.type) {
      case "paragraph":
      case "heading": {
        const spans = spansOf(node.children);
        return spans.length === 0 ? [] : [{ kind: node.type, spans }];
      }
      case "list": {
        const items = node.children.map(({ children }) => blocksOf(children, depth - 1));
        return [{ kind: "list", ordered: node.ordered === true, items: items.filter(({ length }) => length > 0) }];
      }
      case "blockquote":
        return [{ kind: "quote", blocks: blocksOf(node.children, depth - 1) }];
      case "code":
        return [{ kind: "paragraph", spans: [node.value] }];
      default:
        return [];
    }
  });
}

function spansOf(nodes: PhrasingContent[]): Span[] {
  return nodes.flatMap((node): Span[] => {
    switch (node.type) {
      case "text":
      case "inlineCode":
        return [node.value];
      case "break":
        return [" "];
      case "strong":
        return [{ strong: spansOf(node.children) }];
      case "emphasis":
        return [{ em: spansOf(node.children) }];
      case "link": {
        const text = spansOf(node.children);
        const link = safeLink(node.url);
        return link === undefined ? text : [{ link, text }];
      }
      case "image":
        return node.alt ? [node.alt] : [];
      default:
        return [];
    }
  });
}

/** An https address without a user name, or a path of the site; undefined for any other. */
function safeLink(link: string): string | undefined {
  if (/^\/(?![/\\])[\w\-./?=&%#]*$/.test(link)) return link;
  const url = /^https:\/\//i.test(link) ? parseAddress(link) : undefined;
  return url && !url.username && !url.password ? url.href : undefined;
}

/** The words of some prose, a line for each block. */
export function wordsOf(blocks: Block[]): string {
  return blocks
    .map((block) => {
      if (block.kind === "list") return block.items.map(wordsOf).join("\n");
      return block.kind === "quote" ? wordsOf(block.blocks) : spanWords(block.spans);
    })
    .join("\n");
}

const spanWords = (spans: Span[]): string =>
  spans
    .map((span) => {
      if (typeof span === "string") return span;
      if ("strong" in span) return spanWords(span.strong);
      return spanWords("em" in span ? span.em : span.text);
    })
    .join("");
