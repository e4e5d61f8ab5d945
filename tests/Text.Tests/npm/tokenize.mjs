// Reads {directory, file, texts, ids, skip} from standard input; writes what the reference tokenizer makes of them.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const request = JSON.parse(readFileSync(0, "utf8"));
const { Tokenizer } = createRequire(`${request.directory}/`)("@huggingface/tokenizers");
const tokenizer = new Tokenizer(JSON.parse(readFileSync(request.file, "utf8")), { clean_up_tokenization_spaces: false });
const encode = (add_special_tokens) => (text) => tokenizer.encode(text, { add_special_tokens }).ids;
process.stdout.write(JSON.stringify({
  plain: request.texts.map(encode(false)),
  framed: request.texts.map(encode(true)),
  // The reference refuses an empty list of ids; its text is empty.
  decoded: request.ids.map((ids) =>
    ids.length === 0 ? "" : tokenizer.decode(ids, { skip_special_tokens: request.skip })),
}));
