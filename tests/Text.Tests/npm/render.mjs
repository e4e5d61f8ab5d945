// Reads {directory, cases: [{template, variables}]} from standard input; writes what the reference makes of each:
// {text} or {error}.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const request = JSON.parse(readFileSync(0, "utf8"));
const { Template } = createRequire(`${request.directory}/`)("@huggingface/jinja");
const answers = request.cases.map(({ template, variables }) => {
  try {
    return { text: new Template(template).render(variables) };
  } catch (error) {
    return { error: error.message };
  }
});
process.stdout.write(JSON.stringify(answers));
