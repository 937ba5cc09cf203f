import { askFile, Failed } from "../api/http.ts";
import { withProof } from "./proof.ts";

/** Saves an export, in several files where it is long. Returns their number. @throws Failed */
export async function fetchExport(id: string, token: string, format: "json" | "csv"): Promise<number> {
  for (let part = 1; ; part++) {
    const query = { token, part, ...(format === "csv" ? { format } : {}) };
    const file = await withProof(() => askFile(`/v1/me/export/${encodeURIComponent(id)}`, query)).catch((error) => {
      // No header says how many parts there are: the one after the last is missing.
      if (part > 1 && error instanceof Failed && error.code === "export.missing") return null;
      throw error;
    });
    if (!file) return part - 1;
    save(file);
    const isOneOfSeveral = /\.\d+\.(json|csv\.zip)$/.test(file.name);
    if (!isOneOfSeveral) return part;
  }
}

function save({ blob, name }: { blob: Blob; name: string }): void {
  const href = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href, download: name });
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
