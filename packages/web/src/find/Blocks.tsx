import type { Block, Span } from "@travel-conductor/core/base/prose";
import type { ReactNode } from "react";
import { Link } from "wouter";

/** Prose as elements. Nothing in it is markup, see `base/prose.ts` of core. */
export function Blocks({ of }: { of: unknown[] }) {
  return (of as Block[]).map((block, at) => <One key={at} of={block} />);
}

function One({ of }: { of: Block }): ReactNode {
  if (of.kind === "paragraph") return <p>{of.spans.map(toElement)}</p>;
  if (of.kind === "heading") return <h2>{of.spans.map(toElement)}</h2>;
  if (of.kind === "quote")
    return (
      <blockquote>
        <Blocks of={of.blocks} />
      </blockquote>
    );
  const items = of.items.map((blocks, at) => (
    <li key={at}>
      <Blocks of={blocks} />
    </li>
  ));
  return of.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
}

function toElement(span: Span, at: number): ReactNode {
  if (typeof span === "string") return span;
  if ("strong" in span) return <strong key={at}>{span.strong.map(toElement)}</strong>;
  if ("em" in span) return <em key={at}>{span.em.map(toElement)}</em>;
  const text = span.text.map(toElement);
  if (span.link.startsWith("/"))
    return (
      <Link key={at} href={span.link}>
        {text}
      </Link>
    );
  return (
    <a key={at} href={span.link} rel="nofollow ugc noopener">
      {text}
    </a>
  );
}
