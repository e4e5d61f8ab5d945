// Calls the server at argv[2] in every way, and prints what came back as one JSON object.
'use strict';
const { grpc, Echo } = require('./service');

const client = new Echo(process.argv[2], grpc.credentials.createInsecure(), { 'grpc.default_compression_algorithm': Number(process.argv[3] ?? 0) });

const ended = call => new Promise(resolve => {
  const messages = [];
  let status;
  call.on('data', message => messages.push(message.text));
  call.on('error', error => { status ??= error; });
  call.on('status', value => { status = value; });
  call.on('close', () => resolve({ messages, status }));
  call.on('end', () => setImmediate(() => status && resolve({ messages, status })));
});
const shown = status => ({
  code: status.code,
  details: status.details,
  cost: status.metadata.get('cost'),
  signature: status.metadata.get('sig-bin').map(bytes => bytes.toString('hex')),
});
const unary = (request, metadata = new grpc.Metadata(), options = {}) => new Promise(resolve => {
  const result = {};
  const call = client.Unary(request, metadata, options, (error, reply) => {
    result.text = reply?.text;
    result.payload = reply?.payload?.length;
    result.error = error && { code: error.code, details: error.details };
  });
  call.on('metadata', headers => { result.plan = headers.get('plan'); });
  call.on('status', status => { result.status = shown(status); setImmediate(() => resolve(result)); });
});

async function main() {
  const out = {};
  const metadata = new grpc.Metadata();
  metadata.set('tenant', 'a');
  metadata.set('token-bin', Buffer.from([0, 1, 255]));
  out.metadata = await unary({ text: 'metadata' }, metadata);
  out.large = await unary({ text: 'large', payload: Buffer.alloc(1000000, 7) });
  out.failure = await unary({ text: 'failure' });
  out.deadline = await unary({ text: 'wait' }, new grpc.Metadata(), { deadline: Date.now() + 200 });

  out.clientStream = await new Promise((resolve, reject) => {
    const call = client.ClientStream((error, reply) => error ? reject(error) : resolve(reply.text));
    for (const text of ['a', 'b', 'c']) call.write({ text });
    call.end();
  });
  const stream = await ended(client.ServerStream({ text: 's', count: 500 }));
  out.serverStream = { count: stream.messages.length, last: stream.messages.at(-1), status: shown(stream.status) };

  const duplex = client.Duplex();
  const duplexEnd = ended(duplex);
  for (let i = 0; i < 20; i++) {
    duplex.write({ text: 'd' + i });
    await new Promise(resolve => duplex.once('data', resolve));
  }
  duplex.end();
  const talked = await duplexEnd;
  out.duplex = { count: talked.messages.length, last: talked.messages.at(-1), status: shown(talked.status) };

  const cancelled = client.ServerStream({ text: 'endless' });
  const cancelledEnd = ended(cancelled);
  await new Promise(resolve => cancelled.once('data', resolve));
  cancelled.cancel();
  out.cancel = (await cancelledEnd).status.code;

  client.close();
  console.log(JSON.stringify(out));
}

main().catch(error => { console.error(error); process.exit(1); });
