"""The interoperability contract for Debian's python3-grpcio, which comes without protobuf's code generator: the messages are
made from the descriptor that the test hands over (base64, in the environment)."""

import base64
import os

import grpc
from google.protobuf import descriptor_pool, message_factory

ECHO_INITIAL = "x-grpc-test-echo-initial"
ECHO_TRAILING = "x-grpc-test-echo-trailing-bin"

# A proxy of the machine's is not for loopback.
OPTIONS = (("grpc.enable_http_proxy", 0),)

_pool = descriptor_pool.DescriptorPool()
_pool.AddSerializedFile(base64.b64decode(os.environ["INTEROP_DESCRIPTOR"]))


def _message(name):
    descriptor = _pool.FindMessageTypeByName("grpc.testing." + name)
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(_pool).GetPrototype(descriptor)


Empty = _message("Empty")
SimpleRequest = _message("SimpleRequest")
SimpleResponse = _message("SimpleResponse")
InputRequest = _message("StreamingInputCallRequest")
InputResponse = _message("StreamingInputCallResponse")
OutputRequest = _message("StreamingOutputCallRequest")
OutputResponse = _message("StreamingOutputCallResponse")

SERVICE = "grpc.testing.TestService"

# Method: request, response, whether each is a stream.
METHODS = {
    "EmptyCall": (Empty, Empty, False, False),
    "UnaryCall": (SimpleRequest, SimpleResponse, False, False),
    "StreamingInputCall": (InputRequest, InputResponse, True, False),
    "StreamingOutputCall": (OutputRequest, OutputResponse, False, True),
    "FullDuplexCall": (OutputRequest, OutputResponse, True, True),
    "UnimplementedCall": (Empty, Empty, False, False),
}


def kind(request_stream, response_stream):
    return f"{'stream' if request_stream else 'unary'}_{'stream' if response_stream else 'unary'}"


def stub(channel, method, service=SERVICE):
    request, response, request_stream, response_stream = METHODS[method]
    return getattr(channel, kind(request_stream, response_stream))(
        f"/{service}/{method}",
        request_serializer=request.SerializeToString,
        response_deserializer=response.FromString,
    )


def handlers(servicer):
    served = {}
    for method, (request, response, request_stream, response_stream) in METHODS.items():
        if hasattr(servicer, method):
            make = getattr(grpc, kind(request_stream, response_stream) + "_rpc_method_handler")
            served[method] = make(
                getattr(servicer, method),
                request_deserializer=request.FromString,
                response_serializer=response.SerializeToString,
            )
    return grpc.method_handlers_generic_handler(SERVICE, served)
