import { expect, it } from "bun:test";
import { anchorsIn, brokenLinks, linksIn } from "./links.ts";

const document = `# A page: of \`code\` & more

[one](other.md), ![a picture](pictures/one.png) and [two](other.md#far-away "a title")
\`[not a link](nowhere.md)\`

\`\`\`sh
# no heading
[no link](nowhere.md)
\`\`\`

## The same
## The same
### [Linked](other.md) heading
<a id="by-hand"></a>
[reference]: ../README.md
`;

it("finds links and pictures, and none in code", () => {
  expect(linksIn(document).map(({ line, target }) => `${line}:${target}`)).toEqual([
    "3:other.md",
    "3:pictures/one.png",
    "3:other.md#far-away",
    "13:other.md",
    "15:../README.md",
  ]);
});

it("names headings as GitHub does", () => {
  expect([...anchorsIn(document)]).toEqual([
    "a-page-of-code--more",
    "the-same",
    "the-same-1",
    "linked-heading",
    "by-hand",
  ]);
});

it("says which link leads nowhere", () => {
  const documents = new Map([
    [
      "docs/page.md",
      "[a](other.md#there) [b](other.md#gone) [c](gone.md) [d](../src) [e](#here) [f](https://a/b)",
    ],
    ["docs/other.md", "# There"],
  ]);
  const places = new Set([...documents.keys(), "src"]);
  expect(brokenLinks(documents, (path) => places.has(path))).toEqual([
    "docs/page.md:1: other.md#gone: docs/other.md has no such heading",
    "docs/page.md:1: gone.md: there is no docs/gone.md",
    "docs/page.md:1: #here: docs/page.md has no such heading",
  ]);
});
