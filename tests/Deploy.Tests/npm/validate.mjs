// Reads {directory, objects} on standard input, the packages' folder and Kubernetes objects; writes a JSON array of findings,
// one string each.
// The packages carry the schemas as compiled validators, which accept fields that they do not know. So an object is given
// to them through proxies that note which fields are asked for: a field that nobody asks for is one that the API server
// would refuse or drop.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { directory, objects } = JSON.parse(readFileSync(0, 'utf8'));
const require = createRequire(`${directory}/`);
const packages = [
  [/^keda\.sh\//, '@kubernetes-models/keda'],
  [/^monitoring\.coreos\.com\//, '@kubernetes-models/prometheus-operator'],
  [/./, 'kubernetes-models'],
];

function watch(value, path, visited) {
  if (value === null || typeof value !== 'object') {
    return value;
  }
  const asked = new Set();
  const children = new Map();
  visited.push({ value, path, asked });
  return new Proxy(value, {
    get(target, key) {
      if (typeof key === 'symbol' || !Object.hasOwn(target, key)) {
        // Asking for an absent field shows that the validator looks inside this object.
        asked.add(key);
        return target[key];
      }
      asked.add(key);
      if (!children.has(key)) {
        children.set(key, watch(target[key], `${path}/${key}`, visited));
      }
      return children.get(key);
    },
  });
}

function check(object) {
  const id = `${object.kind}/${object.metadata?.name}`;
  const source = packages.find(([pattern]) => pattern.test(object.apiVersion))[1];
  let model;
  try {
    model = require(`${source}/${object.apiVersion}/${object.kind}`)[object.kind];
  } catch (error) {
    return [`${id}: no schema for ${object.apiVersion} ${object.kind} (${error.code ?? error.message})`];
  }
  const visited = [];
  try {
    model.prototype.validate.call(watch(object, '', visited));
  } catch (error) {
    return [`${id}: ${error.message}`];
  }
  return visited
    .filter(({ value, asked }) => !Array.isArray(value) && asked.size > 0)
    .flatMap(({ value, path, asked }) => Object.keys(value)
      .filter((key) => !asked.has(key))
      .map((key) => `${id}: unknown field ${path}/${key}`));
}

process.stdout.write(JSON.stringify(objects.flatMap(check)));
