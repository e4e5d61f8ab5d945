using System.Text.Json;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Apis.KServe;

/// <summary>One request, whichever way it came.</summary>
/// <param name="Completion">What is asked.</param>
/// <param name="Model">As the caller wrote it: it comes back.</param>
/// <param name="Id">The caller's own; empty: none.</param>
/// <param name="Outputs">Their names, in the answer's order.</param>
internal sealed record InferRequest(CompletionRequest Completion, string Model, string Id, IReadOnlyList<string> Outputs)
{
    public const string Text = "text_output";
    public const string Finish = "finish_reason";
    public const string TokensIn = "num_input_tokens";
    public const string TokensOut = "num_output_tokens";

    /// <summary>The only one: which version of an expert answers is said elsewhere.</summary>
    public const string Version = "1";

    private const int LongestId = 256;

    private static readonly string[] Known = [Text, Finish, TokensIn, TokensOut];

    /// <summary>In pieces; null: the caller says nothing of it.</summary>
    public bool? Stream { get; init; }

    /// <summary>A stream ends with a message of its own.</summary>
    public bool HasEmptyEnd { get; init; }

    /// <param name="model">Its name.</param>
    /// <param name="version">Empty, or the one that there is.</param>
    /// <param name="id">Empty: none.</param>
    /// <param name="input">All other fields.</param>
    /// <param name="outputs">Those that the caller names; empty: it leaves that to us.</param>
    /// <exception cref="Contracts.Failures.RequestFailedException">InvalidArgument, naming the field.</exception>
    public static InferRequest Read(string model, string version, string id, InferInput input, IReadOnlyCollection<string> outputs)
    {
        CheckVersion(model, version);
        if (id.Length > LongestId)
        {
            throw JsonFields.Wrong("id", $"has {id.Length} characters; at most {LongestId} are taken");
        }

        if (outputs.FirstOrDefault(name => !Known.Contains(name)) is { } unknown)
        {
            throw JsonFields.Wrong("outputs", $"names \"{RequestLimits.Shorten(unknown)}\"; there are {string.Join(", ", Known)}");
        }

        var body = input.ToElement();
        InferFields.Table.Check(body);
        var fields = new JsonFields(body);
        (string Name, bool IsAsked)[] asked =
            [(Text, outputs.Count == 0), (Finish, fields.Boolean("return_finish_reason")), (TokensIn, fields.Boolean("return_num_input_tokens")), (TokensOut, fields.Boolean("return_num_output_tokens"))];
        var completion = new CompletionRequest
        {
            Model = fields.String("lora_name") ?? model,
            Prompt = fields.String(InferFields.Text) ?? throw JsonFields.Wrong(InferFields.Text, "is missing"),
            Sampling = SamplingReader.Read(fields, extension: null, isChat: false),
        };
        return new InferRequest(completion, model, id, [.. asked.Where(a => a.IsAsked || outputs.Contains(a.Name)).Select(a => a.Name)])
        {
            Stream = fields.Get("stream") is null ? null : fields.Boolean("stream"),
            HasEmptyEnd = fields.Boolean("triton_enable_empty_final_response"),
        };
    }

    /// <exception cref="Contracts.Failures.RequestFailedException">UnknownModel: there is none of that version.</exception>
    public static void CheckVersion(string model, string version)
    {
        if (version is not ("" or Version))
        {
            throw new Contracts.Failures.RequestFailedException(
                Contracts.Failures.FailureKind.UnknownModel, $"model \"{RequestLimits.Shorten(model)}\" has no version \"{RequestLimits.Shorten(version)}\"; there is {Version}", "model_version");
        }
    }
}
