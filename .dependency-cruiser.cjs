const { base, layers } = require("./packages/core/domains.json");

/** The domains of core from the ground up: each may import base and the domains of earlier layers. */
const ranks = layers.map((layer) => Object.keys(layer));

const core = "^packages/core/src/";
const tests = "^(packages/[^/]+|stacks)/test/";
const baseFile = `${core}base/(${base.join("|")})\\.ts$`;
const domain = (names) => `${core}(${names.join("|")})(/|\\.ts$)`;
/** The bench's naive API, which imports at the top all that the product loads late. */
const eager = "^packages/bench/src/cold/eager\\.ts$";
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
    never("only bench and tests import local", ".", "^packages/local/", { but: [tests, "^packages/(local|bench)/"] }),
    never("nothing imports bench", ".", "^packages/bench/", { but: ["^packages/bench/"] }),
    never("bench imports neither web nor scripts", "^packages/bench/", "^packages/(web|scripts)/"),
    never("web imports types alone", "^packages/web/", "^packages/(?!web/)", { dependencyTypesNot: ["type-only"] }),
    never("nobody imports a test", "^(packages/[^/]+|stacks)/(?!test/)|^[^/]+$", tests, {
      but: ["vitest\\.config\\.ts$"],
    }),

    ...ranks.map((names, index) =>
      never("a domain imports only base and the layers below it", domain(names), core, {
        except: [baseFile, domain(ranks.slice(0, index).flat()), `${core}$1(/|\\.ts$)`],
      }),
    ),
    never("base imports only base", `${core}base/`, core, { except: [baseFile] }),
    never("every file of core belongs to base or to a domain of domains.json", ".", core, {
      except: [baseFile, domain(ranks.flat())],
    }),
    never("a domain's folder is imported only by its door", `${core}([^/.]+)`, `${core}[^/]+/`, {
      except: [`${core}$1/`, baseFile],
    }),
    never("other packages import core's doors and base", ".", `${core}[^/]+/`, {
      but: ["^packages/core/", eager],
      except: [baseFile],
    }),

    never("hono at the doors", ".", npm(["hono", "hono-openapi", "@hono/[^/]+"]), {
      but: ["^packages/(functions|local|bench)/", "^node_modules/"],
    }),
    never("sst and cdk in stacks", ".", npm(["sst", "aws-cdk-lib", "constructs", "cdk-nag"]), {
      but: ["^(stacks/|packages/bench/|sst\\.config\\.ts$)", "^node_modules/"],
    }),
    never("neon in db.ts", ".", npm(["@neondatabase/[^/]+"]), {
      but: [`${core}base/db\\.ts$`, tests, eager, "^node_modules/"],
    }),
    never("upstash in cache.ts", ".", npm(["@upstash/[^/]+"]), {
      but: [`${core}base/cache\\.ts$`, tests, eager, "^node_modules/"],
    }),
    never("lucia behind session.ts", ".", npm(["lucia"]), {
      but: [domain(["session"]), tests, eager, "^node_modules/"],
    }),
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
