import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const home = fileURLToPath(new URL("../../../", import.meta.url));

/** One row of `packages/core/tables.json`. */
export type Row = {
  /** The domain that may write the table and read it; null while no domain has it. */
  owner: string | null;
  /** How long a row stays, where rows are deleted by their age. */
  retention?: string;
  /** How many rows there are at most, where they are not. */
  bound?: string;
  /** Other domains that may read it in SQL. */
  reads?: string[];
  /** Other domains, or single files (`sweep/settle.ts`), that may write it and read it, each with the reason. */
  writes?: Record<string, string>;
  /** A file outside core that writes the table. */
  outside?: string;
};

/**
 * `dynamic` lists the files that hold table names as data (strings or keys) for statements built elsewhere, and the
 * use that is made of each name.
 */
export type Ownership = { tables: Record<string, Row>; dynamic: Record<string, Record<string, Kind>> };

export type Kind = "read" | "write";
export type Use = { file: string; table: string; kind: Kind };
/** `dynamic` is the number of places where a statement takes its table from a value that cannot be followed. */
export type Found = { uses: Use[]; dynamic: number };

/** The tables of a dumped schema, without the partitions. */
export function tablesOf(schema: string): string[] {
  return [...schema.matchAll(/^create table (\w+) \($/gm)].map(([, table = ""]) => table);
}

/** Finds which of `tables` the `sql` templates of one source file read and write. */
export function usesOf(file: string, source: string, tables: string[]): Found {
  const root = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const uses = new Map<string, Use>();
  let dynamic = 0;

  const scan = (template: ts.TemplateLiteral, first?: Kind) => {
    const { text, holes } = flatten(template);
    const tokens = tokensOf(text);
    const named = namesOfCtes(tokens);
    for (const { name, kind } of tableItems(tokens, first)) {
      const hole = /^\$(\d+)$/.exec(name);
      if (!hole) {
        if (tables.includes(name) && !named.has(name)) uses.set(`${kind} ${name}`, { file, table: name, kind });
        continue;
      }
      const fragments = fragmentsOf(holes[Number(hole[1])], root);
      if (!fragments) dynamic++;
      for (const fragment of fragments ?? []) scan(fragment, kind);
    }
  };
  each(root, (node) => {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === "sql") scan(node.template);
  });
  return { uses: [...uses.values()], dynamic };
}

/** Strings and keys of a source file that are names of tables; types do not count, because no statement has them. */
export function namedIn(file: string, source: string, tables: string[]): string[] {
  const found = new Set<string>();
  each(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true), (node) => {
    const key = ts.isPropertyAssignment(node) && (ts.isIdentifier(node.name) || ts.isStringLiteral(node.name));
    const name = key ? (node.name as ts.Identifier).text : isText(node) ? node.text : undefined;
    if (name !== undefined && tables.includes(name)) found.add(name);
  });
  return [...found];
}

function isText(node: ts.Node): node is ts.StringLiteral {
  return ts.isStringLiteral(node) && !ts.isLiteralTypeNode(node.parent);
}

/**
 * Compares what `sources` (core's files by their path below `src`) do to `tables` with the ownership that is stated.
 * `outside` tells whether a file outside core inserts into a table.
 * @returns one sentence for each fault
 */
export function check(
  sources: Record<string, string>,
  tables: string[],
  ownership: Ownership,
  outside: (file: string, table: string) => boolean = () => true,
): string[] {
  const faults: string[] = [];
  const uses: Use[] = [];
  for (const [file, source] of Object.entries(sources)) {
    const found = usesOf(file, source, tables);
    uses.push(...found.uses);
    if (found.dynamic && !ownership.dynamic[file]) faults.push(`${file}: a statement takes its table from a value`);
  }
  for (const [file, listed] of Object.entries(ownership.dynamic)) {
    const named = namedIn(file, sources[file] ?? "", tables);
    for (const table of named) if (!listed[table]) faults.push(`${file}: names ${table}, which dynamic does not list`);
    for (const [table, kind] of Object.entries(listed)) {
      if (named.includes(table)) uses.push({ file, table, kind });
      else faults.push(`${file}: dynamic lists ${table}, which the file does not name`);
    }
  }

  for (const table of tables) if (!ownership.tables[table]) faults.push(`${table}: has no row`);
  for (const { file, table, kind } of uses) {
    const row = ownership.tables[table];
    if (!row || allowed(row, file, kind)) continue;
    faults.push(kind === "write" ? `${file}: writes ${table}, which ${row.owner} owns` : `${file}: reads ${table}`);
  }
  for (const [table, row] of Object.entries(ownership.tables)) {
    if (!tables.includes(table)) faults.push(`${table}: is in no schema`);
    const own = uses.filter((use) => use.table === table);
    const needs = (kind: Kind, domainOrFile: string) =>
      own.some(({ file, kind: its }) => its === kind && [file, domainOf(file)].includes(domainOrFile));
    for (const domain of row.reads ?? [])
      if (!needs("read", domain)) faults.push(`${table}: ${domain} does not read it any more`);
    for (const writer of Object.keys(row.writes ?? {}))
      if (!needs("write", writer)) faults.push(`${table}: ${writer} does not write it any more`);
    if (row.outside && !outside(row.outside, table)) faults.push(`${table}: ${row.outside} does not write it any more`);
    if (own.length === 0 && !row.outside) faults.push(`${table}: nothing uses it any more`);
  }
  return faults;
}

/** Checks core's sources against `packages/core/tables.json`. */
export async function checkCore(): Promise<string[]> {
  const core = join(home, "packages/core");
  const names = (await readdir(join(core, "src"), { recursive: true })).filter((name) => name.endsWith(".ts"));
  const read = (path: string) => readFile(join(home, path), "utf8");
  const sources = await Promise.all(
    names.map(async (name) => [name, await read(`packages/core/src/${name}`)] as const),
  );
  const ownership = JSON.parse(await read("packages/core/tables.json")) as Ownership;
  const files = Object.values(ownership.tables).flatMap(({ outside }) => outside ?? []);
  const written = new Map(await Promise.all(files.map(async (file) => [file, await read(file)] as const)));
  return check(
    Object.fromEntries(sources),
    tablesOf(await read("packages/core/schema.sql")),
    ownership,
    (file, table) => written.get(file)?.includes(`insert into ${table} `) ?? false,
  );
}

/** The domain of a file below `src`: its first folder, or its own name. */
const domainOf = (file: string) => file.replace(/(\/.*|\.ts)$/, "");

function allowed(row: Row, file: string, kind: Kind): boolean {
  const names = [file, domainOf(file)];
  if (names.some((name) => name === row.owner) || names.some((name) => row.writes?.[name])) return true;
  return kind === "read" && names.some((name) => row.reads?.includes(name));
}

function each(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  node.forEachChild((child) => each(child, visit));
}

/** A template's text, with `$0`, `$1` … in place of its expressions. */
function flatten(template: ts.TemplateLiteral): { text: string; holes: ts.Expression[] } {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return { text: template.text, holes: [] };
  const spans = template.templateSpans.map(({ literal }, index) => ` $${index} ${literal.text}`);
  return {
    text: [template.head.text, ...spans].join(""),
    holes: template.templateSpans.map((span) => span.expression),
  };
}

/** Words, expressions and punctuation of SQL, lower case; without comments and string constants. */
function tokensOf(text: string): string[] {
  const bare = text
    .replace(/--.*$/gm, " ")
    .replace(/\/\*[\s\S]*?\*\//g, " ")
    .replace(/'(?:[^']|'')*'/g, " '' ");
  return [...bare.matchAll(/\$\d+|"[^"]+"|[\w.]+|[(),;]/g)].map(([token]) =>
    token.startsWith('"') ? token.slice(1, -1) : token.toLowerCase(),
  );
}

/** Names that a `with` clause, or a fragment of one, gives to its parts: they hide a table of the same name. */
function namesOfCtes(tokens: string[]): Set<string> {
  const names = new Set<string>();
  tokens.forEach((token, index) => {
    const opens = tokens[index + 1] === "as" && /^(\(|materialized|not)$/.test(tokens[index + 2] ?? "");
    if (opens && /^(with|recursive|,)$/.test(tokens[index - 1] ?? "")) names.add(token);
  });
  return names;
}

const ends = new Set(
  "where group having window order limit offset for union except intersect select set returning values on".split(" "),
);

/** Every name or expression that stands where a statement names a table. */
function* tableItems(tokens: string[], first?: Kind): Generator<{ name: string; kind: Kind }> {
  /** For each open parenthesis: whether a comma is followed by another table. */
  const lists = [first === "read"];
  /** For each open parenthesis: whether it is that of a function whose arguments use the word `from`. */
  const calls = [false];
  let expected: Kind | undefined = first;
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    if (expected && /^(only|lateral|table)$/.test(token)) continue;
    if (expected && token !== "(") {
      const called = tokens[index + 1] === "(" && expected === "read";
      if (!ends.has(token) && !called && !token.includes(".")) yield { name: token, kind: expected };
      expected = undefined;
      if (!ends.has(token)) continue;
    }
    if (token === "(") {
      // A parenthesis in place of a table holds a query, or a join of tables.
      const query = /^(select|with|values|\$\d+)$/.test(tokens[index + 1] ?? "");
      lists.push(expected !== undefined && !query);
      if (query) expected = undefined;
      calls.push(/^(extract|trim|substring|overlay)$/.test(before ?? ""));
    } else if (token === ")") {
      lists.pop();
      calls.pop();
    } else if (token === "," && lists.at(-1)) expected = "read";
    else if (token === "from" && before !== "distinct" && !calls.at(-1)) {
      expected = before === "delete" ? "write" : "read";
      lists[lists.length - 1] = true;
    } else if (token === "join") expected = "read";
    else if (token === "using" && tokens[index + 1] !== "(") {
      expected = "read";
      lists[lists.length - 1] = true;
    } else if (token === "into" || token === "truncate" || (token === "table" && before === "lock")) expected = "write";
    else if (token === "update" && !/^(for|key|do|on)$/.test(before ?? "")) expected = "write";
    else if (ends.has(token)) lists[lists.length - 1] = false;
  }
}

/** The `sql` templates that an expression stands for, when it names constants or functions of the same file. */
function fragmentsOf(expression: ts.Expression | undefined, root: ts.SourceFile): ts.TemplateLiteral[] | undefined {
  if (!expression) return undefined;
  if (ts.isTaggedTemplateExpression(expression)) return [expression.template];
  if (ts.isParenthesizedExpression(expression)) return fragmentsOf(expression.expression, root);
  if (ts.isConditionalExpression(expression)) {
    const both = [fragmentsOf(expression.whenTrue, root), fragmentsOf(expression.whenFalse, root)];
    return both.every((each) => each) ? both.flatMap((each) => each ?? []) : undefined;
  }
  const name = ts.isCallExpression(expression) ? expression.expression : expression;
  if (!ts.isIdentifier(name) || name.text === "sql") return undefined;
  const found: (ts.TemplateLiteral[] | undefined)[] = [];
  each(root, (node) => {
    if (ts.isVariableDeclaration(node) && node.name.getText() === name.text) {
      const value = node.initializer;
      const body = value && ts.isArrowFunction(value) ? value.body : value;
      found.push(body && !ts.isBlock(body) ? fragmentsOf(body, root) : undefined);
    } else if (ts.isFunctionDeclaration(node) && node.name?.text === name.text) {
      each(node, (inner) => {
        if (ts.isReturnStatement(inner)) found.push(fragmentsOf(inner.expression, root));
      });
    } else if (ts.isParameter(node) && node.name.getText() === name.text && scopeHolds(node, expression)) {
      found.push(undefined);
    }
  });
  return found.length && found.every((each) => each) ? found.flatMap((each) => each ?? []) : undefined;
}

const scopeHolds = (parameter: ts.ParameterDeclaration, expression: ts.Expression) =>
  parameter.parent.pos <= expression.pos && expression.end <= parameter.parent.end;
