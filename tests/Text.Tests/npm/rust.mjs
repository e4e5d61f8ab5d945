// Reads {directory, file, texts} from standard input; writes the ids that the tokenizers in Rust give each text, null where they fail.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const request = JSON.parse(readFileSync(0, "utf8"));
const { Tokenizer } = createRequire(`${request.directory}/`)("tokenizers");
const tokenizer = Tokenizer.fromFile(request.file);
const answers = [];
for (const text of request.texts) {
  try {
    answers.push((await tokenizer.encode(text, null, { addSpecialTokens: false })).getIds());
  } catch {
    answers.push(null);
  }
}
process.stdout.write(JSON.stringify(answers));
