namespace Grpc.AspNetCore.Tests.Interop;

/// <summary>
/// The gRPC project's interoperability cases, and the data that they exchange
/// (https://github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md).
/// </summary>
internal static class InteropCases
{
    public const string EchoInitial = "x-grpc-test-echo-initial";
    public const string EchoTrailing = "x-grpc-test-echo-trailing-bin";
    public const string InitialValue = "test_initial_metadata_value";
    public const string StatusMessage = "test status message";
    public const string SpecialMessage = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";

    public const int LargeRequest = 271_828;
    public const int LargeResponse = 314_159;

    public static readonly byte[] TrailingValue = [0xAB, 0xAB, 0xAB];
    public static readonly int[] RequestSizes = [27_182, 8, 1_828, 45_904];
    public static readonly int[] ResponseSizes = [31_415, 9, 2_653, 58_979];

    public static readonly string[] All =
    [
        "empty_unary", "large_unary", "client_compressed_unary", "server_compressed_unary", "client_streaming", "server_streaming",
        "client_compressed_streaming", "server_compressed_streaming", "ping_pong", "empty_stream", "custom_metadata",
        "status_code_and_message", "special_status_message", "unimplemented_method", "unimplemented_service", "cancel_after_begin",
        "cancel_after_first_response", "timeout_on_sleeping_server",
    ];

    /// <summary>How many messages the server compresses in a case.</summary>
    public static int ServerCompressed(string name) => name is "server_compressed_unary" or "server_compressed_streaming" ? 1 : 0;

    /// <summary>How many messages the client compresses in a case.</summary>
    public static int ClientCompressed(string name) => name is "client_compressed_unary" or "client_compressed_streaming" ? 1 : 0;
}
