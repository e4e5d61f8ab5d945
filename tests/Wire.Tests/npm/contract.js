// The contract by the reference JavaScript gRPC: from the descriptors that the test hands over (base64, in the environment).
'use strict';
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const services = loader.loadFileDescriptorSetFromBuffer(
  Buffer.from(process.env.CONTRACT, 'base64'), { keepCase: true, enums: String, longs: String, arrays: true, bytes: String });

// A method by its full name; one that nobody defines takes and gives empty messages.
function methodOf(path) {
  const [, service, name] = path.split('/');
  const empty = services['expertcluster.v1.Completions'].ListModels;
  return services[service]?.[name] ?? { ...empty, path };
}

module.exports = { grpc, services, methodOf };
