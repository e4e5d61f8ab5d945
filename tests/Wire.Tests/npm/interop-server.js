// Serves the interoperability cases on a port of its own, prints the port, and ends with its standard input.
// grpc-js has no compression of responses: a response that is asked for compressed goes plain.
'use strict';
const { grpc, TestService, takeCompressed, payload, ECHO_INITIAL, ECHO_TRAILING } = require('./interop-service');

function badCompression(expected) {
  const compressed = takeCompressed() > 0;
  return expected && expected.value !== compressed
    ? { code: grpc.status.INVALID_ARGUMENT, details: `compressed: ${compressed}, expected: ${expected.value}` } : null;
}
function echoMetadata(call) {
  const initial = call.metadata.get(ECHO_INITIAL);
  if (initial.length > 0) {
    const headers = new grpc.Metadata();
    headers.set(ECHO_INITIAL, initial[0]);
    call.sendMetadata(headers);
  }
  const trailers = new grpc.Metadata();
  for (const value of call.metadata.get(ECHO_TRAILING)) trailers.set(ECHO_TRAILING, value);
  return trailers;
}
const refusal = status => status?.code ? { code: status.code, details: status.message } : null;

const server = new grpc.Server();
server.addService(TestService.service, {
  EmptyCall: (call, done) => done(null, {}),
  UnaryCall(call, done) {
    const error = badCompression(call.request.expect_compressed);
    const trailers = echoMetadata(call);
    done(error ?? refusal(call.request.response_status), { payload: payload(call.request.response_size) }, trailers);
  },
  StreamingInputCall(call, done) {
    let size = 0;
    let error = null;
    call.on('data', request => {
      error ??= badCompression(request.expect_compressed);
      if (error) done(error);
      size += request.payload.body.length;
    });
    call.on('end', () => error || done(null, { aggregated_payload_size: size }));
  },
  StreamingOutputCall(call) {
    for (const wanted of call.request.response_parameters) call.write({ payload: payload(wanted.size) });
    call.end();
  },
  FullDuplexCall(call) {
    const trailers = echoMetadata(call);
    call.on('data', request => {
      const error = refusal(request.response_status);
      if (error) call.emit('error', error);
      for (const wanted of request.response_parameters) call.write({ payload: payload(wanted.size) });
    });
    call.on('end', () => call.end(trailers));
  },
});
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});
process.stdin.on('end', () => process.exit(0)).resume();
