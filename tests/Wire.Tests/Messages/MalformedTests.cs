using ExpertCluster.V1;
using ExpertCluster.Wire.Tests.Support;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Health.V1;

namespace ExpertCluster.Wire.Tests.Messages;

/// <summary>Requests that are no messages of their type: the caller's fault, said in a sentence, in every method of both servers.</summary>
public sealed class MalformedTests(ServedApps apps)
{
    private const string InvalidArgument = "3";

    private static readonly ServiceDescriptor[] OfRouter =
    [
        Completions.Descriptor,
        Health.Descriptor,
        Grpc.Reflection.V1.ServerReflection.Descriptor,
        Grpc.Reflection.V1Alpha.ServerReflection.Descriptor,
    ];

    private static readonly ServiceDescriptor[] OfHost = [Experts.Descriptor, Health.Descriptor];

    // Five letters, cut or wrong: a stray continuation, an overlong form, a surrogate, past U+10FFFF, a sequence cut short.
    private static readonly byte[][] BadTexts = [[0xC3, 0x28], [0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [.. "caf"u8, 0xC3]];

    public static TheoryData<string, string, string> TextFields =>
    [
        .. Methods().SelectMany(m => TextPaths(m.Method.InputType).Select(path => (m.Server, NameOf(m.Method), string.Join('.', path)))),
    ];

    public static TheoryData<string, string> AllMethods => [.. Methods().Select(m => (m.Server, NameOf(m.Method)))];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(TextFields))]
    public async Task Request_BadUtf8InAnyText_IsInvalidArgument(string server, string method, string field)
    {
        int[] path = [.. field.Split('.').Select(int.Parse)];
        foreach (byte[] text in BadTexts)
        {
            var end = await AskAsync(apps[server], method, Nest(path, text));

            Assert.Equal(InvalidArgument, end["grpc-status"]);
            Assert.Equal($"the request of {method} can't be read: a text in it is not valid UTF-8", end["grpc-message"]);
        }
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(AllMethods))]
    public async Task Request_NoMessage_IsInvalidArgument(string server, string method)
    {
        byte[][] broken =
        [
            [0x00], // field 0
            [0x0A], // a length that is not there
            [0x0A, 0x05, 0x41], // longer than the message
            [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], // a length without end
            [0x78, 0xFF], // a number cut short
            [0x0C], // the end of a group that never began
            [0x7B, 0x08, 0x01], // a group that never ends
            [0x0E], // no wire type
            .. Enumerable.Repeat<byte[]>([.. Enumerable.Repeat<byte>(0x7B, 5000)], 1), // groups 5,000 deep
        ];
        foreach (byte[] bytes in broken)
        {
            var end = await AskAsync(apps[server], method, bytes);

            Assert.Equal((Convert.ToHexString(bytes), InvalidArgument), (Convert.ToHexString(bytes), end["grpc-status"]));
            Assert.Equal($"the request of {method} can't be read: its bytes are no protobuf message of that type", end["grpc-message"]);
        }
    }

    /// <summary>Some of the answer has gone out already: the status comes in trailers, not in the only headers.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Stream_SecondRequestIsBad_IsInvalidArgument()
    {
        await using var client = await apps.Router.ConnectAsync();
        await client.RequestAsync(1, "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo");
        await client.DataAsync(1, RawGrpc.Frame([]), end: false);
        Assert.NotNull(await client.ReadUntilAsync(frame => frame is { Stream: 1, Type: Abuse.FrameType.Data }));

        await client.DataAsync(1, RawGrpc.Frame([0x22, 1, 0x80]), end: false);

        Assert.Equal(InvalidArgument, (await client.EndOfCallAsync(1))["grpc-status"]);
    }

    private static async Task<Dictionary<string, string>> AskAsync(WireServer server, string method, byte[] message)
    {
        await using var client = await server.ConnectAsync();
        await client.RequestAsync(1, method);
        await client.DataAsync(1, RawGrpc.Frame(message), end: true);
        return await client.EndOfCallAsync(1);
    }

    private static IEnumerable<(string Server, MethodDescriptor Method)> Methods() =>
    [
        .. OfRouter.SelectMany(service => service.Methods).Select(method => ("router", method)),
        .. OfHost.SelectMany(service => service.Methods).Select(method => ("host", method)),
    ];

    private static string NameOf(MethodDescriptor method) => $"/{method.Service.FullName}/{method.Name}";

    /// <summary>The way to each text of a message, by field numbers.</summary>
    private static IEnumerable<int[]> TextPaths(MessageDescriptor message) => message.Fields.InDeclarationOrder().SelectMany(field => field.FieldType switch
    {
        FieldType.String => [[field.FieldNumber]],
        FieldType.Message => TextPaths(field.MessageType).Select(rest => (int[])[field.FieldNumber, .. rest]),
        _ => Enumerable.Empty<int[]>(),
    });

    /// <summary>Bytes at the end of a path of fields.</summary>
    private static byte[] Nest(int[] path, byte[] content)
    {
        foreach (int field in path.Reverse())
        {
            using var message = new MemoryStream();
            using (var output = new CodedOutputStream(message, leaveOpen: true))
            {
                output.WriteTag(field, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(UnsafeByteOperations.UnsafeWrap(content));
            }

            content = message.ToArray();
        }

        return content;
    }
}
