import { expect, test } from "vitest";
import { newId } from "../src/base/id.ts";
import * as SellerEvent from "../src/sellerevent.ts";

test("an event is handled once; one whose work failed is handled when it comes again", async () => {
  const event = newId("evt");
  let ran = 0;
  const failing = SellerEvent.once("duffel", event, async () => {
    throw new Error("away");
  });
  await expect(failing).rejects.toThrow("away");
  const handle = () => SellerEvent.once("duffel", event, async () => void ran++);
  expect([await handle(), await handle()]).toEqual([true, false]);
  // Another seller's event of this id is another event.
  expect(await SellerEvent.once("stripe", event, async () => void ran++)).toBe(true);
  expect(ran).toBe(2);
});
