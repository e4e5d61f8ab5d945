// The test service by the reference JavaScript gRPC: loaded by client.js and server.js.
'use strict';
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const definition = loader.loadSync(path.join(__dirname, '..', 'Protos', 'echo.proto'), { keepCase: true, defaults: true });
module.exports = { grpc, Echo: grpc.loadPackageDefinition(definition).standin.test.Echo };
