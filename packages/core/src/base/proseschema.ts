import * as v from "valibot";

const list = v.array(v.unknown());

/** Prose as an answer has it, see `base/prose.ts`. */
export const Prose = v.array(
  v.variant("kind", [
    v.object({ kind: v.picklist(["paragraph", "heading"]), spans: list }),
    v.object({ kind: v.literal("list"), ordered: v.boolean(), items: v.array(list) }),
    v.object({ kind: v.literal("quote"), blocks: list }),
  ]),
);
