import type { Block, Span } from "@travel-conductor/core/base/prose";
import styles from "./PlacePage.module.css";

/** What an operator wrote: elements of our own, made of the blocks that the API gives. */
export function Prose({ of: blocks }: { of: Block[] }) {
  return (
    <div className={styles.prose}>
      {blocks.map((block, index) => (
        <Part key={index} of={block} />
      ))}
    </div>
  );
}

function Part({ of: block }: { of: Block }) {
  if (block.kind === "list") {
    const List = block.ordered ? "ol" : "ul";
    return (
      <List className={block.ordered ? styles.numbered : styles.list}>
        {block.items.map((item, index) => (
          <li key={index}>
            <Prose of={item} />
          </li>
        ))}
      </List>
    );
  }
  if (block.kind === "quote") {
    return (
      <blockquote className={styles.quote}>
        <Prose of={block.blocks} />
      </blockquote>
    );
  }
  return block.kind === "heading" ? (
    <h3>
      <Spans of={block.spans} />
    </h3>
  ) : (
    <p>
      <Spans of={block.spans} />
    </p>
  );
}

function Spans({ of: spans }: { of: Span[] }) {
  return (
    <>
      {spans.map((span, index) => {
        if (typeof span === "string") return span;
        if ("strong" in span) {
          return (
            <strong key={index}>
              <Spans of={span.strong} />
            </strong>
          );
        }
        if ("em" in span) {
          return (
            <em key={index}>
              <Spans of={span.em} />
            </em>
          );
        }
        return (
          <a key={index} href={span.link} rel="nofollow noreferrer">
            <Spans of={span.text} />
          </a>
        );
      })}
    </>
  );
}
