using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Client;

/// <summary>
/// What <see cref="Microsoft.Extensions.AI.ChatOptions.AdditionalProperties"/> may have: the fields of the HTTP API by their names there, our own below
/// <c>expert_cluster</c>, and the version of experts by its header.
/// </summary>
internal static class ExtraFields
{
    private const string Version = "x-expertcluster-version";

    private static readonly FrozenDictionary<string, Action<CompleteRequest, JsonField>> Setters = new Dictionary<string, Action<CompleteRequest, JsonField>>
    {
        ["min_p"] = (request, field) => request.Sampling.MinP = field.Single(),
        ["repetition_penalty"] = (request, field) => request.Sampling.RepetitionPenalty = field.Single(),
        ["logit_bias"] = (request, field) => request.Sampling.LogitBias.Add(field.Members().ToDictionary(m => TokenId(m.Key, m.Field), m => m.Field.Single())),
        ["allowed_token_ids"] = (request, field) => request.Sampling.AllowedTokenIds.AddRange(field.Items().Select(i => i.Int32())),
        ["bad_words"] = (request, field) => request.Sampling.BadWords.AddRange(field.Items().Select(i => i.Text())),
        ["min_tokens"] = (request, field) => request.Sampling.MinTokens = field.Int32(),
        ["stop_token_ids"] = (request, field) => request.Sampling.StopTokenIds.AddRange(field.Items().Select(i => i.Int32())),
        ["ignore_eos"] = (request, field) => request.Sampling.IgnoreEos = field.Boolean(),
        ["top_logprobs"] = (request, field) => request.Sampling.TopLogprobs = field.Int32(),
        ["add_generation_prompt"] = (request, field) => request.Chat.AddGenerationPrompt = field.Boolean(),
        ["continue_final_message"] = (request, field) => request.Chat.ContinueFinalMessage = field.Boolean(),
        ["chat_template_kwargs"] = (request, field) => request.Chat.TemplateKwargs = field.Json(JsonValueKind.Object),
        ["documents"] = (request, field) => request.Chat.Documents = field.Json(JsonValueKind.Array),
        ["structured_outputs"] = (request, field) => Each(field, (key, value) => Structure(request.StructuredOutput ??= new StructuredOutput(), key, value)),
        ["expert_cluster"] = (request, field) => Each(field, (key, value) => Own(request, key, value)),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <exception cref="ExpertClusterException">A property is none of these, or has a value of another kind. Ranges are the cluster's to check.</exception>
    public static void Onto(CompleteRequest request, Metadata headers, IEnumerable<KeyValuePair<string, object?>> properties)
    {
        foreach (var (name, value) in properties)
        {
            var field = JsonField.Of(name, value);
            if (Setters.TryGetValue(name, out var set))
            {
                set(request, field);
            }
            else if (name.Equals(Version, StringComparison.OrdinalIgnoreCase))
            {
                headers.Add(Version, field.Text() is "stable" or "canary" ? field.Text() : throw field.Wrong("must be stable or canary"));
            }
            else
            {
                throw field.Wrong("is no additional property that is known here");
            }
        }
    }

    private static void Own(CompleteRequest request, string key, JsonField field)
    {
        switch (key)
        {
            case "merge":
                MergeOf(request).Name = field.Text();
                break;
            case "scope":
                MergeOf(request).Scope = field.Text() switch
                {
                    "request" => MergeScope.Request,
                    "token" => MergeScope.Token,
                    _ => throw field.Wrong("must be request or token"),
                };
                break;
            case "k":
                MergeOf(request).K = field.Int32();
                break;
            case "experts":
                MergeOf(request).Experts.AddRange(field.Items().Select(Expert));
                break;
            case "sampling":
                Each(field, (name, value) => request.Sampling.Extra[name] = value.Double());
                break;
            case "routing":
                Each(field, (name, value) => Route(request.Routing ??= new Routing(), name, value));
                break;
            default:
                throw field.Wrong("is no field that is known here");
        }
    }

    private static Merge MergeOf(CompleteRequest request) => request.Merge ??= new Merge();

    private static WeightedExpert Expert(JsonField field)
    {
        var expert = new WeightedExpert();
        Each(field, (key, value) =>
        {
            switch (key)
            {
                case "name":
                    expert.Name = value.Text();
                    break;
                case "weight":
                    expert.Weight = value.Double();
                    break;
                default:
                    throw value.Wrong("is no field that is known here");
            }
        });
        return expert;
    }

    private static void Route(Routing routing, string key, JsonField field)
    {
        switch (key)
        {
            case "allow":
                routing.Allow.AddRange(field.Items().Select(i => i.Text()));
                break;
            case "deny":
                routing.Deny.AddRange(field.Items().Select(i => i.Text()));
                break;
            case "labels":
                routing.Labels.AddRange(field.Items().Select(i => i.Text()));
                break;
            case "max_cost":
                routing.MaxCost = field.Double();
                break;
            default:
                throw field.Wrong("is no field that is known here");
        }
    }

    private static void Structure(StructuredOutput structure, string key, JsonField field)
    {
        switch (key)
        {
            case "json":
                structure.JsonSchema = field.Json(JsonValueKind.Object);
                break;
            case "json_object":
                structure.JsonObject = field.Boolean();
                break;
            case "regex":
                structure.Regex = field.Text();
                break;
            case "choice":
                structure.Choice.AddRange(field.Items().Select(i => i.Text()));
                break;
            case "grammar":
                structure.Grammar = field.Text();
                break;
            default:
                throw field.Wrong("is no field that is known here");
        }
    }

    private static void Each(JsonField field, Action<string, JsonField> read)
    {
        foreach (var (key, member) in field.Members())
        {
            read(key, member);
        }
    }

    private static int TokenId(string key, JsonField field) =>
        int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : throw field.Wrong("must be called by the id of a token");
}
