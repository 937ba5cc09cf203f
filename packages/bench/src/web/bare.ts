import type { Page } from "playwright-core";

/** The longest inline script of a bare page (bytes). */
const longest = 2_000;

/**
 * The page to compare a screen with: its HTML, style sheets and font without its scripts, and one inline script that
 * sends the screen's API requests and writes its markup. An insight that names a price is asked for after the prices
 * have come; everything else at once. The markup is the screen's own as it stands in `page`, each run of alike elements
 * folded into one, in a template that the script copies and fills with the prices of the answer.
 */
export async function bareOf(page: Page, html: string, requests: string[]): Promise<string> {
  const plain = html
    .replace(/<script[^>]*><\/script>/g, "")
    .replace(/<link[^>]*rel="modulepreload"[^>]*>/g, "")
    .replace(/<link[^>]*rel="manifest"[^>]*>/g, "");
  if (requests.length === 0) return plain;
  const { markup, insight } = await page.evaluate(fold);
  const [late, early] = [true, false].map((isLate) => requests.filter((path) => /[?&]price=/.test(path) === isLate));
  const script = `(${String(write)})(${JSON.stringify(early)},${JSON.stringify(late)})`.replace(/\n\s*/g, "\n");
  if (Buffer.byteLength(script) > longest) throw new Error(`the script of a bare page has ${script.length} bytes`);
  const templates = `<template id="t0">${markup}</template><template id="t1">${insight}</template>`;
  return plain.replace("</body>", () => `${templates}<script>${script}</script></body>`);
}

/** Runs in the screen: its markup, and that of its insight, whose place is left empty. */
function fold(): { markup: string; insight: string } {
  const main = document.getElementById("content")!.cloneNode(true) as HTMLElement;
  const insight = main.querySelector("[class*=_insight_]");
  const shown = insight?.outerHTML ?? "";
  if (insight) {
    insight.setAttribute("id", "insight");
    insight.replaceChildren();
  }
  const shape = (element: Element): string => `${element.tagName} ${element.getAttribute("class")}`;
  for (const element of [...main.querySelectorAll("li, rect, tr, option")]) {
    let alike = 0;
    for (let next = element.nextElementSibling; next && shape(next) === shape(element); ) {
      const after = next.nextElementSibling;
      next.remove();
      next = after;
      alike++;
    }
    if (alike > 0) element.setAttribute("data-n", String(alike));
  }
  return { markup: main.innerHTML, insight: shown };
}

/** Runs in the bare page. Plain JavaScript by its text: it calls nothing of this file. */
function write(early: string[], late: string[]): void {
  const all = (paths: string[]) => Promise.all(paths.map((path) => fetch(path).then((answer) => answer.json())));
  const at = (id: string) => document.getElementById(id)!;
  all(early).then((answers) => {
    const main = at("content");
    main.innerHTML = at("t0").innerHTML;
    for (const one of main.querySelectorAll("[data-n]")) {
      for (let n = Number((one as HTMLElement).dataset.n); n > 0; n--) one.after(one.cloneNode(true));
    }
    const items = answers.flatMap((answer) => answer.items ?? []);
    main.querySelectorAll("article data").forEach((price, index) => {
      price.textContent = `£${items[index]?.total?.amount}`;
    });
    all(late).then(() => {
      if (document.getElementById("insight")) at("insight").outerHTML = at("t1").innerHTML;
    });
  });
}
