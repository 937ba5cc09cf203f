import { expect, test } from "vitest";
import { de } from "../../src/words/de.ts";
import { pluralOf } from "../../src/words/format.ts";
import { useProduct, withBrowser } from "./support/setup.ts";
import { dayAhead, english, longDay, search } from "./support/walk.ts";

withBrowser("a browser elsewhere", () => {
  const { visit } = useProduct();
  const day = dayAhead(60);

  test.each([
    { locale: "en-GB", zone: "Asia/Kathmandu", words: english, dir: "ltr", lang: "en-GB" },
    { locale: "de-DE", zone: "America/Santiago", words: de(pluralOf("de-DE")), dir: "ltr", lang: "de-DE" },
    { locale: "ar", zone: "Pacific/Apia", words: english, dir: "rtl", lang: "en-GB" },
  ])(
    "$locale in $zone writes days and prices as is usual there, and chooses the day that was touched",
    async (here) => {
      const { locale, zone, words, dir, lang } = here;
      const { page, look, close } = await visit({ locale, zone });
      await page.getByRole("heading", { name: words.slogan }).waitFor();
      await expect
        .poll(() => page.evaluate(() => [document.documentElement.dir, document.documentElement.lang]))
        .toEqual([dir, lang]);
      await look(`home in ${locale}`);
      await search(page, day, words, locale);
      expect(new URL(page.url()).searchParams.get("departureDate")).toBe(day);
      const price = page.getByRole("article").first().locator("data");
      const [amount = "", currency = ""] = (await price.getAttribute("value"))!.split(" ");
      await expect
        .poll(() => price.textContent())
        .toBe(
          await page.evaluate(
            ([locale, amount, currency]) =>
              new Intl.NumberFormat(locale, { style: "currency", currency }).format(Number(amount)),
            [locale, amount, currency] as [string, string, string],
          ),
        );
      await look(`results in ${locale}`);
      await page.getByRole("link", { name: words.results.choose }).first().click();
      await page.getByRole("heading", { name: await longDay(page, day, locale) }).waitFor();
      await look(`an offer in ${locale}`);
      await close();
    },
  );
});
