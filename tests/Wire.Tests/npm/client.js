// Makes the calls that it reads, one a line, to the server at argv[2], and prints what came of each.
'use strict';
const readline = require('node:readline');
const { grpc, methodOf } = require('./contract');

const GZIP = 2;
const plain = new grpc.Client(process.argv[2], grpc.credentials.createInsecure());
const gzip = new grpc.Client(process.argv[2], grpc.credentials.createInsecure(), { 'grpc.default_compression_algorithm': GZIP });

function metadataOf(wanted) {
  const metadata = new grpc.Metadata();
  for (const [name, value] of Object.entries(wanted)) metadata.set(name, name.endsWith('-bin') ? Buffer.from(value) : value);
  return metadata;
}

function run(call) {
  const method = methodOf(call.method);
  const requests = call.requests.map(request => JSON.parse(request));
  for (const [field, length] of Object.entries(call.filled)) requests[0][field] = 'x'.repeat(length);
  const client = call.gzip ? gzip : plain;
  const metadata = metadataOf(call.metadata);
  const options = call.deadline ? { deadline: Date.now() + call.deadline } : {};
  const begin = [method.path, method.requestSerialize, method.responseDeserialize];
  const messages = [];
  let headers = {};
  return new Promise(resolve => {
    let stream;
    const note = message => {
      messages.push(message);
      if (messages.length === call.cancelAfter) stream.cancel();
    };
    if (method.requestStream) {
      stream = client.makeBidiStreamRequest(...begin, metadata, options);
      for (const request of requests) stream.write(request);
      stream.end();
    } else if (method.responseStream) {
      stream = client.makeServerStreamRequest(...begin, requests[0], metadata, options);
    } else {
      stream = client.makeUnaryRequest(...begin, requests[0], metadata, options, (error, reply) => { if (reply) note(reply); });
    }
    // Flowing, as most programs read: the errors come as the status, too.
    stream.on('data', note);
    stream.on('error', () => {});
    stream.on('metadata', seen => { headers = seen.getMap(); });
    stream.on('status', status => setImmediate(() => resolve({ messages, status: status.code, details: status.details, headers })));
  });
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) console.log(JSON.stringify(await run(JSON.parse(line))));
  plain.close();
  gzip.close();
})().catch(error => { console.error(error); process.exit(1); });
