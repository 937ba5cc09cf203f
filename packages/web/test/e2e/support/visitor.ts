import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContext, Page, Response } from "playwright-core";
import { expect } from "vitest";

export type Person = { email: string; password: string; firstName: string };

export type Options = {
  width?: number;
  height?: number;
  locale?: string;
  zone?: string;
  dark?: boolean;
  /** A person with an account, who is signed in from the start. */
  person?: Person;
  /** What is done to the browser before its first page. */
  prepare?: (context: BrowserContext) => Promise<unknown>;
  /** The address of something that stands before the product. */
  url?: string;
};

/** A person in front of a browser. */
export type Visitor = {
  page: Page;
  context: BrowserContext;
  /** The requests to the API since they were taken last, such as `GET /v1/me`. */
  taken: () => string[];
  /** Answers of the API that this journey brings about on purpose: all others from 400 on are faults. */
  expectStatus: (...statuses: number[]) => void;
  /** Holds that all is well in what is seen now: axe, the console, the security policy, the width. */
  look: (state: string) => Promise<void>;
  /** The same without axe, which takes a second: for a state that another width is looked at in. */
  glance: (state: string) => Promise<void>;
  close: () => Promise<void>;
};

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Opens the product's first page, as a person would who has been told its address. */
export async function visit(browser: Browser, url: string, options: Options = {}): Promise<Visitor> {
  const { width = 390, height = 844, locale = "en-GB", zone = "Europe/London", dark = false, person } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    locale,
    timezoneId: zone,
    colorScheme: dark ? "dark" : "light",
    reducedMotion: "reduce",
  });
  if (person) await signIn(context, url, person);
  await options.prepare?.(context);
  const visitor = await openTab(context);
  await visitor.page.goto(options.url ?? url);
  return visitor;
}

/** Another tab of the same browser, which is at no page yet. */
export async function openTab(context: BrowserContext): Promise<Visitor> {
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const faults: string[] = [];
  const expected = new Set<number>();
  const answers: Promise<void>[] = [];
  let requests: string[] = [];
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile }) => {
      console.error(`The security policy was broken: ${violatedDirective} ${blockedURI} ${sourceFile}`);
    });
  });
  page.on("console", (message) => {
    // An answer from 400 on is judged by its status.
    const isAnswer = message.text().startsWith("Failed to load resource");
    if (["error", "warning"].includes(message.type()) && !isAnswer) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`error: ${error.stack ?? error.message}`));
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/v1/")) requests.push(`${request.method()} ${pathname}`);
  });
  page.on("response", (response) => {
    const status = response.status();
    if (status >= 400 && !expected.has(status)) faults.push(`${status} of ${response.url()}`);
    if (new URL(response.url()).pathname.startsWith("/v1/")) answers.push(checkAnswer(response));
  });
  /** A session's token belongs to the cookie alone, which no script reads. */
  const checkAnswer = async (response: Response) => {
    const text = await response.text().catch(() => "");
    if (/"token"\s*:/.test(text)) faults.push(`${response.url()} gives scripts a token`);
  };
  const look = async (state: string, axe: boolean) => {
    await settle(page);
    await Promise.all(answers.splice(0));
    const found = axe ? await faultsOfAxe(page) : [];
    const wide = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth > clientWidth ? [`scrolls sideways: ${scrollWidth} in ${clientWidth}`] : [];
    });
    expect([...found, ...wide, ...faults.splice(0)], state).toEqual([]);
  };
  return {
    page,
    context,
    taken: () => {
      const taken = requests;
      requests = [];
      return taken;
    },
    expectStatus: (...statuses) => {
      for (const status of statuses) expected.add(status);
    },
    look: (state) => look(state, true),
    glance: (state) => look(state, false),
    close: () => context.close(),
  };
}

async function faultsOfAxe(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().withTags(rules).analyze();
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${help}: ${html.slice(0, 200)} ${any.map((each) => each.message)}`),
  );
}

/** Waits until nothing is loading: neither a request nor a skeleton. */
export async function settle(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
  const skeletons = page.locator("[class*=skeletons]");
  for (let tries = 0; (await skeletons.count()) > 0; tries++) {
    if (tries > 300) throw new Error("Something loads without an end.");
    await page.waitForTimeout(100);
  }
}

/** Signs in with the browser's cookies. Not by hand: the number of sign-ins of an account is limited. */
async function signIn(context: BrowserContext, url: string, { email, password }: Person): Promise<void> {
  const answer = await context.request.post(`${url}/v1/auth/login`, { data: { email, password } });
  expect(answer.status(), await answer.text()).toBe(200);
  await context.addInitScript(() => localStorage.setItem("signed-in", "yes"));
}

let people = 0;

/** Makes an account with the API. */
export async function mint(url: string, firstName = "Ada"): Promise<Person> {
  people += 1;
  const person = { email: `ada${people}@example.com`, password: "nine small green boats", firstName };
  const answer = await fetch(`${url}/v1/auth/signup`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(person),
  });
  expect(answer.status, await answer.text()).toBe(201);
  return person;
}
