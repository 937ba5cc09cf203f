import { expect, test } from "vitest";
import { present } from "../src/document.ts";
import { faultsOf } from "../src/lintdocument.ts";

test("the document has no fault by the recommended rules", async () => {
  expect(await faultsOf(await present())).toEqual([]);
});

test("an error and a warning are both faults, and named with their places", async () => {
  const { paths, ...document } = await present();
  const { security, ...open } = paths["/health"]!.get as { security: object; parameters: object[] };
  const doubtful = { name: "limit", in: "query", schema: { type: "integer" }, example: "many" };
  const get = { ...open, parameters: [doubtful] };
  expect(await faultsOf({ ...document, paths: { ...paths, "/health": { get } } })).toEqual([
    expect.stringMatching(/^#\/paths\/~1health\/get\/parameters\/0\/example .*\(no-invalid-parameter-examples\)$/),
    expect.stringMatching(/^#\/paths\/~1health\/get .*\(security-defined\)$/),
  ]);
});
