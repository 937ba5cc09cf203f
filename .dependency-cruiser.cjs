const { base, layers } = require("./packages/core/domains.json");

/** The domains of core, lowest layer first: each domain may import base and the domains of lower layers. */
const ranks = layers.map((layer) => Object.keys(layer));

const core = "^packages/core/src/";
const tests = "^(packages/[^/]+|stacks)/test/";
const baseFile = `${core}base/(${base.join("|")})\\.ts$`;
const domain = (names) => `${core}(${names.join("|")})(/|\\.ts$)`;
/** The bench's naive API, which imports every module at the top, also those that the product loads on demand. */
const eager = "^packages/bench/src/cold/eager\\.ts$";
const npm = (names) => `(^|node_modules/)(${names.join("|")})(/|$)`;

/** Forbids modules at `from`, except those at `fromNot`, to import modules at `to`, except those at `toNot`. */
const forbid = (name, from, to, { fromNot = [], toNot = [], ...more } = {}) => ({
  name,
  severity: "error",
  from: { path: from, ...(fromNot.length ? { pathNot: fromNot } : {}) },
  to: { path: to, ...(toNot.length ? { pathNot: toNot } : {}), ...more },
});

module.exports = {
  forbidden: [
    { name: "no circular imports", severity: "error", from: {}, to: { circular: true } },
    forbid(
      "stacks import nothing from packages but the paths of the site",
      "^(stacks/|sst\\.config\\.ts$)",
      "^packages/",
      {
        fromNot: [tests],
        toNot: ["^packages/web/site\\.ts$"],
      },
    ),
    forbid("core imports no other package", core, "^(packages/(?!core/)|stacks/)"),
    forbid("functions import only core", "^packages/functions/src/", "^(packages/(?!core/|functions/)|stacks/)"),
    forbid("scripts import only core", "^packages/scripts/src/", "^(packages/(?!core/|scripts/)|stacks/)"),
    forbid(
      "what verifies an import shares nothing with the importer",
      "^packages/scripts/(src/verify-import\\.ts$|src/verifying/|test/verifying/)",
      ["^packages/scripts/src/(moving/|import-sqlite\\.ts$)", npm(["@photostructure/sqlite"])],
    ),
    forbid(
      "local imports of web only its paths and headers, and no stacks",
      "^packages/local/",
      "^(packages/web/|stacks/)",
      {
        toNot: ["^packages/web/site\\.ts$"],
      },
    ),
    forbid("only bench and tests import local", ".", "^packages/local/", {
      fromNot: [tests, "^packages/(local|bench)/"],
    }),
    forbid("nothing imports bench", ".", "^packages/bench/", { fromNot: ["^packages/bench/"] }),
    forbid("bench imports neither web nor scripts", "^packages/bench/", "^packages/(web|scripts)/"),
    forbid("web imports only types, and the plots", "^packages/web/", "^packages/(?!web/)", {
      fromNot: [tests],
      dependencyTypesNot: ["type-only"],
      toNot: [`${core}plot\\.ts$`],
    }),
    forbid("plots import nothing, and run in a browser", domain(["plot"]), ".", { toNot: [domain(["plot"])] }),
    forbid("only tests import tests", "^(packages/[^/]+|stacks)/(?!test/)|^[^/]+$", tests, {
      fromNot: ["vitest\\.config\\.ts$"],
    }),

    ...ranks.map((names, index) =>
      forbid("a domain imports only base and the layers below it", domain(names), core, {
        toNot: [baseFile, ...(index > 0 ? [domain(ranks.slice(0, index).flat())] : []), `${core}$1(/|\\.ts$)`],
      }),
    ),
    forbid("base imports only base", `${core}base/`, core, { toNot: [baseFile] }),
    forbid("every file of core belongs to base or to a domain of domains.json", ".", core, {
      toNot: [baseFile, domain(ranks.flat())],
    }),
    forbid("a domain's folder is imported only by the domain's file", `${core}([^/.]+)`, `${core}[^/]+/`, {
      toNot: [`${core}$1/`, baseFile],
    }),
    forbid("other packages import only core's domain files and base", ".", `${core}[^/]+/`, {
      fromNot: ["^packages/core/", eager],
      toNot: [baseFile],
    }),

    forbid("hono only in functions, local and bench", ".", npm(["hono", "@hono/[^/]+"]), {
      fromNot: ["^packages/(functions|local|bench)/", "^node_modules/"],
    }),
    forbid("sst and cdk only in stacks and bench", ".", npm(["sst", "aws-cdk-lib", "constructs", "cdk-nag"]), {
      fromNot: ["^(stacks/|packages/bench/|sst\\.config\\.ts$)", "^node_modules/"],
    }),
    forbid("neon only in db.ts", ".", npm(["@neondatabase/[^/]+"]), {
      fromNot: [`${core}base/db\\.ts$`, tests, eager, "^node_modules/"],
    }),
    forbid("upstash only in cache.ts", ".", npm(["@upstash/[^/]+"]), {
      fromNot: [`${core}base/cache\\.ts$`, tests, eager, "^node_modules/"],
    }),
    forbid("lucia only in the session domain", ".", npm(["lucia"]), {
      fromNot: [domain(["session"]), tests, eager, "^node_modules/"],
    }),
    forbid("core and functions use no AWS SDK", "^packages/(core|functions)/src/", npm(["@aws-sdk/[^/]+"])),
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
