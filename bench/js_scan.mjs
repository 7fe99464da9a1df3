// Scans a cache by @huggingface/hub: node js_scan.mjs PATH/TO/index.mjs CACHE
import { pathToFileURL } from "node:url";

const [library, cache] = process.argv.slice(2);
const hub = await import(pathToFileURL(library).href);
const scanned = await hub.scanCacheDir(cache);
if (scanned.repos.length === 0 || scanned.warnings.length > 0) {
  console.error(`${scanned.repos.length} repos, warnings: ${scanned.warnings.join("; ")}`);
  process.exit(1);
}
