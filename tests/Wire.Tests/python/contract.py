"""The contract for Debian's python3-grpcio, which comes without protobuf's code generator: the messages are made from the
descriptors that the test hands over (base64, in the environment)."""

import base64
import os

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

# A proxy of the machine's is not for loopback.
OPTIONS = (("grpc.enable_http_proxy", 0), ("grpc.max_receive_message_length", -1))

_pool = descriptor_pool.DescriptorPool()
for _file in descriptor_pb2.FileDescriptorSet.FromString(base64.b64decode(os.environ["CONTRACT"])).file:
    _pool.Add(_file)


def message(descriptor):
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(_pool).GetPrototype(descriptor)


def method_of(path):
    """Request, response, whether each is a stream; a method that nobody defines takes and gives empty messages."""
    _, service, name = path.split("/")
    try:
        method = _pool.FindServiceByName(service).methods_by_name[name]
    except KeyError:
        method = _pool.FindServiceByName("expertcluster.v1.Completions").methods_by_name["ListModels"]
    proto = descriptor_pb2.MethodDescriptorProto()
    method.CopyToProto(proto)
    return message(method.input_type), message(method.output_type), proto.client_streaming, proto.server_streaming
