using System.Collections;
using ExpertCluster.ExpertHost.Apis.Vllm;
using ExpertCluster.V1.Vllm;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Tests.Apis.Vllm;

/// <summary>Each row of the table is held to its word.</summary>
public sealed class EngineRequestTests
{
    private const string Sampling = "sampling_params.";

    public static TheoryData<string> Working => Rows(EngineFieldState.Works);

    public static TheoryData<string> WithoutEffect => Rows(EngineFieldState.ChangesNothing);

    public static TheoryData<string> Refused => Rows(EngineFieldState.Refused);

    public static TheoryData<string, string> Wrong => new()
    {
        { """{"text": "a", "sampling_params": {"logprobs": -1}}""", "logprobs is -1; it must be from 0 to 20" },
        { """{"text": "a", "sampling_params": {"logprobs": 21}}""", "logprobs is 21; it must be from 0 to 20" },
        { """{"text": "a", "sampling_params": {"max_tokens": 4000000000}}""", "max_tokens has 4000000000; at most 2147483647 is taken" },
        { """{"text": "a", "sampling_params": {"min_tokens": 4000000000}}""", "min_tokens has 4000000000; at most 2147483647 is taken" },
        { """{"text": "a", "sampling_params": {"top_k": 4000000000}}""", "top_k has 4000000000; at most 2147483647 is taken" },
        { """{"text": "a", "sampling_params": {"stop_token_ids": [4000000000]}}""", "stop_token_ids has 4000000000; at most 2147483647 is taken" },
        { """{"tokenized": {"input_ids": [4000000000]}}""", "tokenized.input_ids has 4000000000; at most 2147483647 is taken" },
        { """{"tokenized": {"original_text": "a"}}""", "tokenized.input_ids is empty" },
        { """{"request_id": "a"}""", "text is missing, and so is tokenized; one of them has the prompt" },
        { """{"text": "a", "tokenized": {"input_ids": [4]}}""", "tokenized is there beside text; one of them has the prompt" },
        { """{"text": "a", "sampling_params": {"regex": "a", "choice": {"choices": ["a"]}}}""", "choice is there beside regex; an answer is held to one of them" },
        { """{"text": "a", "sampling_params": {"json_object": false, "json_schema": "{}"}}""", "json_object is there beside json_schema; an answer is held to one of them" },
        { """{"text": "a", "sampling_params": {"regex": ""}}""", "regex is empty" },
        { """{"text": "a", "sampling_params": {"choice": {}}}""", "choice has 0 texts; 1 to 4096 are taken" },
    };

    [Fact]
    public void Table_HasEachFieldOfTheProtocolOnce()
    {
        string[] fields =
        [
            .. GenerateRequest.Descriptor.Fields.InDeclarationOrder().Select(f => f.Name).Where(name => name is not ("tokenized" or "sampling_params")),
            .. TokenizedInput.Descriptor.Fields.InDeclarationOrder().Select(f => "tokenized." + f.Name),
            .. SamplingParams.Descriptor.Fields.InDeclarationOrder().Select(f => Sampling + f.Name),
        ];

        Assert.Equal(fields.Order(StringComparer.Ordinal), EngineFields.All.Select(f => f.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Working))]
    public void Read_WorkingField_ChangesThePlan(string name)
    {
        // Those are of the call, and not of what is generated.
        if (name is "request_id" or "stream")
        {
            return;
        }

        Assert.NotEqual(Read(With(null)), Read(With(name)));
    }

    [Theory]
    [MemberData(nameof(WithoutEffect))]
    public void Read_FieldWithoutEffect_LeavesThePlan(string name)
    {
        var tokens = new GenerateRequest { Tokenized = new TokenizedInput { InputIds = { 5 } }, SamplingParams = new SamplingParams { Seed = 1 } };
        var set = tokens.Clone();
        Set(set, name);

        Assert.NotEqual(tokens, set);
        Assert.Equal(Read(tokens), Read(set));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Read_RefusedField_IsNamedUnlessItAsksForNothing(string name)
    {
        var row = EngineFields.All.Single(f => f.Name == name);

        Assert.Equal(new Status(StatusCode.InvalidArgument, $"{name} is not supported: {row.Note}"), Assert.Throws<RpcException>(() => Read(With(name))).Status);
        if (row.Neutral.Length > 0)
        {
            var neutral = With(null);
            var (message, field) = Find(neutral, name);
            field.Accessor.SetValue(message, field.FieldType == FieldType.Int32 ? int.Parse(row.Neutral, null) : uint.Parse(row.Neutral, null));
            Assert.Equal(Read(With(null)), Read(neutral));
        }
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Read_Wrong_SaysWhat(string request, string told) =>
        Assert.Equal(new Status(StatusCode.InvalidArgument, told), Assert.Throws<RpcException>(() => Read(JsonParser.Default.Parse<GenerateRequest>(request))).Status);

    [Theory]
    [InlineData("", 99)]
    [InlineData("sampling_params.", 28)]
    [InlineData("tokenized.", 3)]
    public void Read_UnknownField_TellsItsNumber(string prefix, int number)
    {
        byte[] unknown = Field(number, WireFormat.WireType.Varint, [1]);
        byte[] bytes = prefix switch
        {
            "" => [.. new GenerateRequest { Text = "a" }.ToByteArray(), .. unknown],
            Sampling => [.. new GenerateRequest { Text = "a" }.ToByteArray(), .. Field(4, WireFormat.WireType.LengthDelimited, [(byte)unknown.Length, .. unknown])],
            _ => Field(2, WireFormat.WireType.LengthDelimited, [(byte)unknown.Length, .. unknown]),
        };

        var status = Assert.Throws<RpcException>(() => Read(GenerateRequest.Parser.ParseFrom(bytes))).Status;

        Assert.Equal(new Status(StatusCode.InvalidArgument, $"{prefix}{number} is unknown: this host's edition of vLLM's protocol has no field of that number"), status);
    }

    [Fact]
    public void Read_NothingSaid_IsWhatVllmDoes()
    {
        var sampling = Read(new GenerateRequest { Text = "a" }).Sampling;

        Assert.Equal((1f, 1f, 0, 1f, false), (sampling.Temperature, sampling.TopP, sampling.TopK, sampling.RepetitionPenalty, sampling.HasMaxTokens));
        Assert.NotEqual(sampling.Seed, Read(new GenerateRequest { Text = "a" }).Sampling.Seed);
    }

    private static V1.GenerateRequest Read(GenerateRequest request) => EngineRequest.Read(request);

    private static GenerateRequest With(string? name)
    {
        var request = new GenerateRequest { Text = "a", SamplingParams = new SamplingParams { Seed = 1 } };
        if (name is not null)
        {
            Set(request, name);
        }

        if (request.Tokenized is not null)
        {
            request.ClearText();
        }

        return request;
    }

    /// <summary>To something that is not its default.</summary>
    private static void Set(GenerateRequest request, string name)
    {
        var (message, field) = Find(request, name);
        switch (field)
        {
            case { IsMap: true }:
                ((IDictionary)field.Accessor.GetValue(message)).Add(5, 1f);
                break;
            case { IsRepeated: true }:
                ((IList)field.Accessor.GetValue(message)).Add(Value(field));
                break;
            default:
                field.Accessor.SetValue(message, Value(field));
                break;
        }
    }

    private static (IMessage Message, FieldDescriptor Field) Find(GenerateRequest request, string name)
    {
        IMessage message = name.StartsWith(Sampling, StringComparison.Ordinal) ? request.SamplingParams
            : name.StartsWith("tokenized.", StringComparison.Ordinal) ? request.Tokenized ?? (request.Tokenized = new TokenizedInput())
            : request;
        return (message, message.Descriptor.FindFieldByName(name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..]));
    }

    private static object Value(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.String => "ab",
        FieldType.Bool => true,
        FieldType.Float => 0.5f,
        FieldType.UInt32 => 2u,
        FieldType.Int32 => 2,
        FieldType.Message when field.MessageType == ChoiceConstraint.Descriptor => new ChoiceConstraint { Choices = { "a" } },
        FieldType.Message => field.MessageType.Parser.ParseFrom(ByteString.Empty),
        var other => throw new InvalidOperationException($"{field.FullName} is of {other}"),
    };

    private static byte[] Field(int number, WireFormat.WireType type, byte[] content)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag(number, type);
        }

        stream.Write(content);
        return stream.ToArray();
    }

    private static TheoryData<string> Rows(EngineFieldState state) => [.. EngineFields.All.Where(f => f.State == state).Select(f => f.Name)];
}
