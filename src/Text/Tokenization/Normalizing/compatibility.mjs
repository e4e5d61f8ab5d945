// Writes compatibility.txt: node compatibility.mjs > compatibility.txt
// What Node.js's own normalizer does tells the data: a character's NFKD, where it is another text than its NFD.
const hex = (point) => point.toString(16).toUpperCase().padStart(4, "0");

const lines = [`# Unicode ${process.versions.unicode}. Made by compatibility.mjs.`];
for (let point = 0; point < 0x110000; ++point) {
  if (point >= 0xd800 && point <= 0xdfff) continue;
  const text = String.fromCodePoint(point);
  const decomposed = text.normalize("NFKD");
  if (decomposed !== text.normalize("NFD")) lines.push([hex(point), ...[...decomposed].map((c) => hex(c.codePointAt(0)))].join(" "));
}
process.stdout.write(`${lines.join("\n")}\n`);
