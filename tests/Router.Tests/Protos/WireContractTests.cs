using System.Globalization;
using ExpertCluster.TestSupport;
using ExpertCluster.V1;
using ExpertCluster.V1.ExtProc;
using ExpertCluster.V1.KServe;
using ExpertCluster.V1.Vllm;
using Google.Protobuf.Reflection;

namespace ExpertCluster.Router.Tests.Protos;

/// <summary>
/// Field numbers, types and names on the wire, against a checked-in list. Adding to the list is a decision; changing or
/// removing a line breaks clients that are out there. WRITE_WIRE_CONTRACT=1 writes it.
/// </summary>
public sealed class WireContractTests
{
    private const string GoldenFile = "Protos/wire-contract.txt";

    private static readonly FileDescriptor[] Files =
    [
        CommonReflection.Descriptor, CompletionsReflection.Descriptor, ExpertsReflection.Descriptor, AdminReflection.Descriptor,
        BaseReflection.Descriptor, HttpStatusReflection.Descriptor, ProcessingModeReflection.Descriptor, ExternalProcessorReflection.Descriptor, GrpcServiceReflection.Descriptor, VllmEngineReflection.Descriptor,
    ];

    [Fact]
    public void Descriptors_AllFiles_EqualTheGoldenList()
    {
        string[] actual = [.. Files.SelectMany(Lines)];
        if (Environment.GetEnvironmentVariable("WRITE_WIRE_CONTRACT") is "1")
        {
            File.WriteAllLines(RepositoryRoot.Combine("tests", "Router.Tests", GoldenFile), actual);
            return;
        }

        Assert.Equal(File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, GoldenFile)), actual);
    }

    /// <summary>
    /// A message may name a member of a oneof again and again, and a reader copies what it has of it each time: work that grows with the square of the bytes. Fields side by
    /// side are the same on the wire.
    /// </summary>
    [Fact]
    public void Requests_NoOneof_HasAMessage()
    {
        HashSet<MessageDescriptor> seen = [];
        Queue<MessageDescriptor> left = new(Files.SelectMany(f => f.Services).SelectMany(s => s.Methods).Select(m => m.InputType));
        List<string> wrong = [];
        while (left.TryDequeue(out var message))
        {
            if (!seen.Add(message))
            {
                continue;
            }

            foreach (var field in message.Fields.InDeclarationOrder().Where(f => f.FieldType == FieldType.Message))
            {
                left.Enqueue(field.MessageType);
                if (field.RealContainingOneof is not null)
                {
                    wrong.Add(field.FullName);
                }
            }
        }

        Assert.Empty(wrong);
        Assert.Contains("vllm.grpc.engine.GenerateRequest", seen.Select(m => m.FullName));
    }

    private static IEnumerable<string> Lines(FileDescriptor file) =>
    [
        .. file.EnumTypes.Concat(file.MessageTypes.SelectMany(m => m.EnumTypes)).SelectMany(e => e.Values.Select(v => Line($"{e.FullName} {v.Name} = {v.Number}"))),
        .. file.MessageTypes.SelectMany(m => m.Fields.InDeclarationOrder().Select(f =>
            Line($"{m.FullName} {(f.IsRepeated ? "repeated " : f.HasPresence && f.FieldType != FieldType.Message ? "optional " : "")}{TypeOf(f)} {f.Name} = {f.FieldNumber}"))),
        .. file.Services.SelectMany(s => s.Methods.Select(m =>
            Line($"{s.FullName} {m.Name}({m.InputType.FullName}) returns ({(m.IsServerStreaming ? "stream " : "")}{m.OutputType.FullName})"))),
    ];

    private static string TypeOf(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => field.MessageType.FullName,
        FieldType.Enum => field.EnumType.FullName,
        _ => field.FieldType.ToString(),
    };

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
