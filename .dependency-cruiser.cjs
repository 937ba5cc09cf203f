const plumbing = [
  "env",
  "db",
  "cache",
  "queue",
  "error",
  "id",
  "money",
  "month",
  "log",
  "metric",
  "page",
  "idempotency",
  "health",
  "bloom",
];
/** The domains of core from the ground up: each may import plumbing and those on lower lines. */
const ranks = [
  ["audit", "mail", "token", "clean", "operator", "airport", "airline"],
  ["session", "limit"],
  ["user", "privacy"],
  ["flight"],
  ["fare", "replay"],
  ["watch", "calendar", "insight"],
  ["alert"],
  ["sweep"],
  ["shift"],
  ["delivery", "analytics"],
];

const core = "^packages/core/src/";
const tests = "^(packages/[^/]+|stacks)/test/";
const domain = (names) => `${core}(${names.join("|")})(/|\\.ts$)`;
const npm = (names) => `(^|node_modules/)(${names.join("|")})(/|$)`;

/** A rule says what it forbids: modules at `from` (not `but`) importing modules at `to` (not `except`). */
const never = (name, from, to, { but = [], except = [], ...more } = {}) => ({
  name,
  severity: "error",
  from: { path: from, ...(but.length ? { pathNot: but } : {}) },
  to: { path: to, ...(except.length ? { pathNot: except } : {}), ...more },
});

module.exports = {
  forbidden: [
    { name: "no circles", severity: "error", from: {}, to: { circular: true } },
    never("stacks import nothing from packages", "^(stacks/|sst\\.config\\.ts$)", "^packages/", { but: [tests] }),
    never("core imports no other package", core, "^(packages/(?!core/)|stacks/)"),
    never("functions import core alone", "^packages/functions/src/", "^(packages/(?!core/|functions/)|stacks/)"),
    never("scripts import core alone", "^packages/scripts/src/", "^(packages/(?!core/|scripts/)|stacks/)"),
    never("local imports neither web nor stacks", "^packages/local/", "^(packages/web/|stacks/)"),
    never("nobody imports local", ".", "^packages/local/", { but: [tests, "^packages/local/"] }),
    never("web imports types alone", "^packages/web/", "^packages/(?!web/)", { dependencyTypesNot: ["type-only"] }),
    never("nobody imports a test", "^(packages/[^/]+|stacks)/(?!test/)|^[^/]+$", tests, {
      but: ["vitest\\.config\\.ts$"],
    }),

    ...ranks.map((names, index) =>
      never("a domain imports what lies below it", domain(names), core, {
        except: [domain([...plumbing, ...ranks.slice(0, index).flat()]), `${core}$1(/|\\.ts$)`],
      }),
    ),
    never("plumbing imports plumbing", domain(plumbing), core, { except: [domain(plumbing)] }),
    never("a domain has its place", ".", core, { except: [domain([...plumbing, ...ranks.flat()])] }),
    never("a domain's folder is behind its door", `${core}([^/.]+)`, `${core}[^/]+/`, { except: [`${core}$1/`] }),
    never("another package comes through the door", ".", `${core}[^/]+/`, { but: ["^packages/core/"] }),

    never("hono at the doors", ".", npm(["hono", "hono-openapi", "@hono/[^/]+"]), {
      but: ["^packages/(functions|local)/", "^node_modules/"],
    }),
    never("sst and cdk in stacks", ".", npm(["sst", "aws-cdk-lib", "constructs", "cdk-nag"]), {
      but: ["^(stacks/|sst\\.config\\.ts$)", "^node_modules/"],
    }),
    never("neon in db.ts", ".", npm(["@neondatabase/[^/]+"]), { but: [`${core}db\\.ts$`, tests, "^node_modules/"] }),
    never("upstash in cache.ts", ".", npm(["@upstash/[^/]+"]), {
      but: [`${core}cache\\.ts$`, tests, "^node_modules/"],
    }),
    never("lucia behind session.ts", ".", npm(["lucia"]), { but: [domain(["session"]), tests, "^node_modules/"] }),
    never("no AWS client", "^packages/(core|functions)/src/", npm(["@aws-sdk/[^/]+", "aws-sdk", "@smithy/[^/]+"])),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
      extensions: [".ts", ".mjs", ".cjs", ".js", ".json"],
    },
  },
};
