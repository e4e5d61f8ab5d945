// Reads {directory, file, texts, ids} from standard input; writes what the tokenizers in Rust make of them: ids without and with what frames a text, and texts with and
// without special tokens.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const request = JSON.parse(readFileSync(0, "utf8"));
const { Tokenizer } = createRequire(`${request.directory}/`)("tokenizers");
const tokenizer = Tokenizer.fromFile(request.file);
const encode = async (text, addSpecialTokens) => (await tokenizer.encode(text, null, { addSpecialTokens })).getIds();
const answer = { plain: [], framed: [], whole: [], bare: [] };
for (const text of request.texts) {
  answer.plain.push(await encode(text, false));
  answer.framed.push(await encode(text, true));
}
for (const ids of [...answer.plain, ...request.ids]) {
  answer.whole.push(await tokenizer.decode(ids, false));
  answer.bare.push(await tokenizer.decode(ids, true));
}
process.stdout.write(JSON.stringify(answer));
