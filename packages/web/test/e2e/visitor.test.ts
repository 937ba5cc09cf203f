import { expect, test } from "vitest";
import { useProduct, withBrowser } from "./support/setup.ts";

withBrowser("the look at a page", () => {
  const { visit } = useProduct();

  test("finds what axe, the console, the security policy, the width and the API's answers tell", async () => {
    const { page, look, close } = await visit();
    await look("before");
    await page.evaluate(async () => {
      const image = document.createElement("img");
      image.src = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";
      image.width = 2_000;
      document.querySelector("main")?.append(image);
      console.error("a fault of the page");
      document.head.append(Object.assign(document.createElement("style"), { textContent: "p { color: red }" }));
      await (await fetch("/v1/me")).text();
    });
    const told = await look("after").then(
      () => "nothing",
      ({ actual }: { actual: string[] }) => actual.join("\n"),
    );
    for (const part of ["image-alt", "scrolls sideways", "a fault of the page", "style-src", "401 of"]) {
      expect(told).toContain(part);
    }
    await close();
  });
});
