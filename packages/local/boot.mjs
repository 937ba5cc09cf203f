import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const usage = `Use: node packages/local/boot.mjs [--all] start | test | verify | tool | script | run | data

  start [--fresh] [--bare] [--speed 1h/s]
                          the product on this machine
  test [files]            verify, then every test; with files only those tests
  verify                  format, lint, types, import rules, unused code, words of comments, Lua, migrations,
                          old clients, the API's document
  tool binary [args]      a command-line tool of the workspace, such as tsc
  script file.ts [args]   a TypeScript file in this environment
  run file.ts [args]      a TypeScript file with the product's services and a database of its own
  data file.ts [args]     a TypeScript file with the data of \`npm start\`, or of the database in DATABASE_URL

Each installs the packages it needs first: test, verify and tool need all of them; the others need those of
\`npm start\`, with --all every package.`;

// Runs in a fresh clone, on Node and npm alone. Every script of package.json goes through this file.

const pnpm = "pnpm@10.34.9";
const root = fileURLToPath(new URL("../..", import.meta.url));
const stampFile = join(root, "node_modules/.travel-conductor.json");

/** @typedef {"start" | "all"} Scope the packages that `npm start` needs, or every package (800 MB more) */
/** @typedef {import("node:child_process").SpawnOptions} SpawnOptions */

/**
 * @param {string} message the problem and how to solve it
 * @returns {never}
 */
function fail(message, status = 1) {
  console.error(message);
  process.exit(status);
}

/**
 * Runs a program in the root of the clone and passes SIGTERM on to it. Ctrl-C reaches the child without help.
 * @param {string} program
 * @param {string[]} args
 * @param {SpawnOptions} [options]
 * @returns {Promise<number>} the exit code, or 128 plus the number of the signal, as in a shell
 */
async function call(program, args, options = {}) {
  const child = spawn(program, args, { cwd: root, stdio: "inherit", ...options });
  /** @param {NodeJS.Signals} signal */
  const passOn = (signal) => child.kill(signal);
  const ignore = () => undefined;
  process.on("SIGTERM", passOn).on("SIGINT", ignore);
  const status = await new Promise((resolve) => {
    child.once("error", (error) => fail(`${program} could not be run: ${error.message}`));
    child.once("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
  process.off("SIGTERM", passOn).off("SIGINT", ignore);
  return status;
}

/** npm and pnpm keep their caches under HOME. Returns folders in the clone where HOME is not writable. */
function cacheFolders() {
  try {
    fs.accessSync(homedir(), fs.constants.W_OK);
    return {};
  } catch {
    const home = join(root, ".data/home");
    fs.mkdirSync(home, { recursive: true });
    return { HOME: home, npm_config_cache: join(home, ".npm") };
  }
}

/** Identifies the packages that this tree asks for on this machine. It changes when an install is necessary. */
function fingerprint() {
  const packages = fs.readdirSync(join(root, "packages")).map((name) => `packages/${name}/package.json`);
  const hash = createHash("sha256").update(`${process.versions.modules} ${process.platform} ${process.arch}`);
  for (const name of ["pnpm-lock.yaml", "pnpm-workspace.yaml", "package.json", ...packages.sort()]) {
    const path = join(root, name);
    if (fs.existsSync(path)) hash.update(`\0${name}\0`).update(fs.readFileSync(path));
  }
  return hash.digest("hex");
}

/**
 * Installs the packages of `scope` unless they are installed. A clone that has every package keeps every package.
 * @param {Scope} scope
 */
async function install(scope) {
  const wanted = fingerprint();
  const complete = fs.existsSync(join(root, "packages/local/node_modules/tsx"));
  const installed = complete && fs.existsSync(stampFile) ? JSON.parse(fs.readFileSync(stampFile, "utf8")) : {};
  if (installed.all === wanted || installed[scope] === wanted) return;
  const all = scope === "all" || fs.existsSync(join(root, "node_modules/vitest"));
  console.error(`Installing ${all ? "all packages" : "the packages that this needs"} …`);
  const subset = all ? [] : ["--prod", "--filter", "@travel-conductor/local..."];
  const options = ["install", "--frozen-lockfile", "--config.update-notifier=false", ...subset];
  const env = { ...process.env, ...cacheFolders() };
  // npx beside the node that runs this, where there is one.
  const beside = join(dirname(process.execPath), "npx");
  const npx = fs.existsSync(beside) ? beside : "npx";
  const status = await call(npx, ["--yes", "--loglevel=error", pnpm, ...options], { stdio: ["ignore", 2, 2], env });
  if (status !== 0) {
    fail(
      `Installing failed (exit code ${status}); the reason is above. It needs the npm registry to be within reach.`,
      status,
    );
  }
  if (all && fs.existsSync(join(root, ".git"))) await tool("lefthook", ["install"], { stdio: "ignore" });
  fs.writeFileSync(stampFile, JSON.stringify({ [all ? "all" : "start"]: wanted }));
}

/**
 * @param {string} name the name of a binary of a root dependency
 * @param {string[]} args
 * @param {SpawnOptions} [options]
 */
function tool(name, args, options) {
  const binary = join(root, "node_modules/.bin", name);
  if (!fs.existsSync(binary)) fail(`There is no tool ${name} in node_modules/.bin.`);
  return call(binary, args, options);
}

/**
 * @param {string} file a TypeScript file, from the root of the clone
 * @param {string[]} args
 */
function script(file, args) {
  return call(process.execPath, ["--import", import.meta.resolve("tsx"), file, ...args]);
}

/** Runs the checks, two at a time, and starts none after one that failed. What they say may be mixed. */
async function verify() {
  const checks = [
    () => tool("tsc", []),
    () => tool("biome", ["check", "--error-on-warnings"]),
    () => tool("tsc", ["--project", "packages/web"]),
    () => tool("knip", []),
    () => script("packages/local/src/contract.ts", []),
    () => script("packages/local/src/lintdocument.ts", []),
    () => script("packages/scripts/src/arrows.ts", []),
    () => script("packages/scripts/src/words.ts", []),
    () => script("packages/scripts/src/lua.ts", []),
    () => script("packages/scripts/src/migrations.ts", []),
  ];
  let failed = 0;
  const work = async () => {
    for (let check = checks.shift(); check && !failed; check = checks.shift()) {
      const status = await check();
      failed ||= status;
    }
  };
  await Promise.all([work(), work()]);
  return failed;
}

/** @param {string[]} files only these tests, and no verify */
async function test(files) {
  const status = files.length > 0 ? 0 : await verify();
  const env = { ...process.env, ...cacheFolders() };
  return status || tool("vitest", ["run", "--config", "packages/local/vitest.config.ts", ...files], { env });
}

/**
 * Runs a TypeScript program of this package in this process.
 * @param {"start" | "run" | "data"} program
 * @param {string[]} args
 */
async function runHere(program, args) {
  const { register } = await import("tsx/esm/api");
  register();
  /** @type {{ main: (args: string[]) => Promise<number> }} */
  const { main } = await import(new URL(`src/${program}.ts`, import.meta.url).href);
  return main(args).catch((error) => {
    console.error(error.name === "Trouble" ? error.message : error);
    return 1;
  });
}

/** @type {Record<string, { scope: Scope, run: (args: string[]) => Promise<number> }>} */
const commands = {
  start: { scope: "start", run: (args) => runHere("start", args) },
  data: { scope: "start", run: (args) => runHere("data", args) },
  test: { scope: "all", run: test },
  verify: { scope: "all", run: verify },
  tool: { scope: "all", run: ([name, ...args]) => (name ? tool(name, args) : fail(usage)) },
  script: { scope: "start", run: ([file, ...args]) => (file ? script(file, args) : fail(usage)) },
  run: { scope: "start", run: (args) => runHere("run", args) },
};

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`This is Node ${process.versions.node}. Travel Conductor needs 20.19 or newer: https://nodejs.org`);
}
const everything = process.argv[2] === "--all";
const [name = "", ...args] = process.argv.slice(everything ? 3 : 2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (!command) fail(usage);
// Never overrides the environment.
if (name === "start" && fs.existsSync(join(root, ".env"))) process.loadEnvFile(join(root, ".env"));
await install(everything ? "all" : command.scope);
process.exit(await command.run(args));
