// Serves the test service on a port of its own, prints the port, and ends with its standard input.
'use strict';
const { grpc, Echo } = require('./service');

const trailers = () => {
  const metadata = new grpc.Metadata();
  metadata.set('cost', '7');
  metadata.set('sig-bin', Buffer.from([0, 1, 255]));
  return metadata;
};

const server = new grpc.Server({ 'grpc.default_compression_algorithm': Number(process.argv[2] ?? 0) });
server.addService(Echo.service, {
  Unary(call, done) {
    if (call.request.text === 'failure') {
      done({ code: grpc.status.FAILED_PRECONDITION, details: 'nicht möglich: 50%\n繁體', metadata: trailers() });
    } else if (call.request.text === 'wait') {
      call.on('cancelled', () => console.log('cancelled'));
      console.log('waiting');
    } else {
      const headers = new grpc.Metadata();
      headers.set('plan', 'p');
      call.sendMetadata(headers);
      const seen = call.metadata.get('tenant').join() + call.metadata.get('token-bin').map(bytes => bytes.toString('hex')).join();
      done(null, { text: call.request.text + seen, payload: call.request.payload }, trailers());
    }
  },
  ClientStream(call, done) {
    const texts = [];
    call.on('data', request => texts.push(request.text));
    call.on('end', () => done(null, { text: texts.join(',') }));
  },
  ServerStream(call) {
    for (let i = 0; i < call.request.count; i++) call.write({ text: call.request.text + i });
    if (call.request.text === 'failure') call.emit('error', { code: grpc.status.RESOURCE_EXHAUSTED, details: 'full', metadata: trailers() });
    else if (call.request.text === 'endless') call.on('cancelled', () => console.log('cancelled'));
    else call.end(trailers());
  },
  Duplex(call) {
    call.on('data', request => call.write({ text: request.text }));
    call.on('end', () => call.end());
  },
});
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});
process.stdin.on('end', () => process.exit(0)).resume();
