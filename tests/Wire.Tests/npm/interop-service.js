// The interoperability contract by the reference JavaScript gRPC, for interop-client.js and interop-server.js.
'use strict';
const path = require('node:path');
const zlib = require('node:zlib');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

// grpc-js tells nobody which messages came compressed. It makes one gunzip for each that did.
let gunzips = 0;
const createGunzip = zlib.createGunzip;
Object.defineProperty(zlib, 'createGunzip', { value: (...options) => { gunzips++; return createGunzip(...options); } });

const definition = loader.loadSync(path.join(__dirname, '..', 'Protos', 'interop.proto'), { keepCase: true, defaults: true });
module.exports = {
  grpc,
  ...grpc.loadPackageDefinition(definition).grpc.testing,
  // Messages that came compressed since it was asked last.
  takeCompressed() { const taken = gunzips; gunzips = 0; return taken; },
  payload: size => ({ body: Buffer.alloc(size) }),
  ECHO_INITIAL: 'x-grpc-test-echo-initial',
  ECHO_TRAILING: 'x-grpc-test-echo-trailing-bin',
};
