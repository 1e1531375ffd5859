/**
 * `npm run gallery [-- NAME...]`: pictures of every page in every state, phone and desktop, light and dark, from real
 * Chromium into docs/gallery, and the page that shows them.
 */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { launchChromium } from "../tests/browser/chromium.ts";
import { looks, show } from "../tests/browser/looks.ts";
import { scenes, startFor } from "../tests/browser/scenes.ts";
import { root } from "./repository.ts";

const folder = process.env.GALLERY_DIR ?? join(root, "docs/gallery");
const wanted = process.argv.slice(2);
await mkdir(folder, { recursive: true });

for (const scene of scenes) {
  if (wanted.length > 0 && !wanted.includes(scene.name)) continue;
  // Each scene has a platform of its own: nobody of another one is in its pictures.
  const [platform, browser] = await Promise.all([startFor(scene), launchChromium()]);
  try {
    const page = await scene.open({ platform, browser });
    for (const look of looks) {
      await show(page, look, scene.hasScript);
      const path = join(folder, `${scene.name}-${look.name}.jpg`);
      // Nothing moves in these looks, but what a scene has stopped in the air.
      await page.screenshot({ path, type: "jpeg", quality: 50 });
    }
    console.log(scene.name);
  } catch (error) {
    console.error(`${scene.name}: ${String(error)}`);
    process.exitCode = 1;
  } finally {
    await browser.close();
    await platform.cleanUp();
  }
}

const pictures = new Set(await readdir(folder));
const sections = scenes
  .filter(({ name }) => pictures.has(`${name}-${looks[0]?.name ?? ""}.jpg`))
  .map(({ name, shows }) => {
    const row = looks.map((look) => `![${name}, ${look.name}](${name}-${look.name}.jpg)`);
    return `## ${name}\n\n${shows.charAt(0).toUpperCase()}${shows.slice(1)}.\n\n${row.join("\n")}\n`;
  });
await writeFile(
  join(folder, "README.md"),
  `# Every page, in every state\n\nMade by \`npm run gallery\` from real Chromium.\n\n${sections.join("\n")}`,
);
