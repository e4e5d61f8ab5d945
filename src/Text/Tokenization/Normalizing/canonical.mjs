// Writes canonical.txt: node canonical.mjs > canonical.txt
// What Node.js's own normalizer does tells the data: a decomposition is a character's NFD, a combining class
// is found by which characters of known class a mark sorts before.
const text = (...points) => String.fromCodePoint(...points);
const hex = (point) => point.toString(16).toUpperCase().padStart(4, "0");

// One character of every combining class that Unicode has, in order.
const classes = [
  [1, 0x334], [6, 0x16ff0], [7, 0x93c], [8, 0x3099], [9, 0x94d], [10, 0x5b0], [11, 0x5b1], [12, 0x5b2], [13, 0x5b3],
  [14, 0x5b4], [15, 0x5b5], [16, 0x5b6], [17, 0x5b7], [18, 0x5b8], [19, 0x5b9], [20, 0x5bb], [21, 0x5bc], [22, 0x5bd],
  [23, 0x5bf], [24, 0x5c1], [25, 0x5c2], [26, 0xfb1e], [27, 0x64b], [28, 0x64c], [29, 0x64d], [30, 0x64e], [31, 0x64f],
  [32, 0x650], [33, 0x651], [34, 0x652], [35, 0x670], [36, 0x711], [84, 0xc55], [91, 0xc56], [103, 0xe38], [107, 0xe48],
  [118, 0xeb8], [122, 0xec8], [129, 0xf71], [130, 0xf72], [132, 0xf74], [202, 0x327], [214, 0x1dce], [216, 0x31b],
  [218, 0x302a], [220, 0x316], [222, 0x59a], [224, 0x302e], [226, 0x1d16d], [228, 0x5ae], [230, 0x301], [232, 0x315],
  [233, 0x35c], [234, 0x35d], [240, 0x345],
];

function combiningClass(point) {
  const others = classes.filter(([, mark]) => mark !== point);
  const passed = others.filter(([, mark]) => text(mark, point).normalize("NFD") === text(point, mark));
  const passedBy = others.filter(([, mark]) => text(point, mark).normalize("NFD") === text(mark, point));
  if (passed.length === 0 && passedBy.length === 0) return 0;
  return classes.findLast((entry) => !passed.includes(entry))[0];
}

const lines = [`# Unicode ${process.versions.unicode}. Made by canonical.mjs.`];
let run = null;
for (let point = 0; point < 0x110000; ++point) {
  if (point >= 0xd800 && point <= 0xdfff) continue;
  if (point >= 0xac00 && point <= 0xd7a3) continue; // Hangul syllables follow a rule.
  const decomposed = [...text(point).normalize("NFD")].map((c) => c.codePointAt(0));
  if (decomposed.length === 1 && decomposed[0] === point) {
    const value = combiningClass(point);
    if (run && run.value === value && run.last === point - 1) run.last = point;
    else {
      if (run?.value) lines.push(`class ${hex(run.first)} ${hex(run.last)} ${run.value}`);
      run = { first: point, last: point, value };
    }
    continue;
  }
  const composed = text(...decomposed).normalize("NFC");
  if (composed === text(point)) {
    const first = text(...decomposed.slice(0, -1)).normalize("NFC");
    if ([...first].length !== 1) throw new Error(`no pair makes ${hex(point)}`);
    lines.push(`pair ${hex(point)} ${hex(first.codePointAt(0))} ${hex(decomposed.at(-1))}`);
  } else {
    lines.push(`apart ${hex(point)} ${decomposed.map(hex).join(" ")}`);
  }
}
process.stdout.write(`${lines.join("\n")}\n`);
