// Reads {texts, form} from standard input; writes their form, null for texts with characters that this Node.js does not know.
import { readFileSync } from "node:fs";

const { texts, form } = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(texts.map((text) => (/\p{Cn}/u.test(text) ? null : text.normalize(form)))));
