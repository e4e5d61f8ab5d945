using System.Text.Json;
using Microsoft.Extensions.AI;

namespace ExpertCluster.Client;

/// <summary>Which experts gave an answer: what answers, their messages and updates have in AdditionalProperties, and how to read it.</summary>
public static class ExpertClusterAnswers
{
    /// <summary>An <see cref="AnswerPlan"/>: in the first update, and again where another host goes on. In a whole answer: the last one.</summary>
    public const string PlanProperty = "expert_cluster.plan";

    /// <summary>A list of <see cref="ExpertShare"/>, the largest first: of an update what it adds, of the last update and of a whole answer everything.</summary>
    public const string ExpertsProperty = "expert_cluster.experts";

    /// <summary>Who may answer; null: the answer is none of a cluster's. Of several messages, the last one's.</summary>
    /// <param name="response">An answer, also one out of a cache.</param>
    public static AnswerPlan? GetPlan(this ChatResponse response) => Read<AnswerPlan>(response, PlanProperty);

    /// <summary>The same of one message.</summary>
    /// <param name="message">Of an answer.</param>
    public static AnswerPlan? GetPlan(this ChatMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Read<AnswerPlan>(message.AdditionalProperties, PlanProperty);
    }

    /// <summary>The plan, where this update has one.</summary>
    /// <param name="update">Of a stream.</param>
    public static AnswerPlan? GetPlan(this ChatResponseUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return Read<AnswerPlan>(update.AdditionalProperties, PlanProperty);
    }

    /// <summary>Who gave it, the largest share first; empty: not known. Of several messages, the last one's.</summary>
    /// <param name="response">An answer, also one out of a cache.</param>
    public static IReadOnlyList<ExpertShare> GetExperts(this ChatResponse response) => Read<IReadOnlyList<ExpertShare>>(response, ExpertsProperty) ?? [];

    /// <summary>The same of one message.</summary>
    /// <param name="message">Of an answer.</param>
    public static IReadOnlyList<ExpertShare> GetExperts(this ChatMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Read<IReadOnlyList<ExpertShare>>(message.AdditionalProperties, ExpertsProperty) ?? [];
    }

    /// <summary>Who gave what this update adds; of the last update, who gave the answer.</summary>
    /// <param name="update">Of a stream.</param>
    public static IReadOnlyList<ExpertShare> GetExperts(this ChatResponseUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return Read<IReadOnlyList<ExpertShare>>(update.AdditionalProperties, ExpertsProperty) ?? [];
    }

    /// <summary>A stream that is put together has it in its messages alone; there the answer gets it, too.</summary>
    internal static ChatResponse WithProperties(ChatResponse response)
    {
        foreach (var (name, value) in response.Messages.LastOrDefault()?.AdditionalProperties ?? [])
        {
            (response.AdditionalProperties ??= [])[name] = value;
        }

        return response;
    }

    private static T? Read<T>(ChatResponse response, string name)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(response);
        return Read<T>(response.AdditionalProperties, name)
            ?? response.Messages.Reverse().Select(message => Read<T>(message.AdditionalProperties, name)).FirstOrDefault(value => value is not null);
    }

    /// <summary>What came out of a cache is JSON.</summary>
    private static T? Read<T>(AdditionalPropertiesDictionary? properties, string name)
        where T : class => properties?.GetValueOrDefault(name) switch
        {
            T value => value,
            JsonElement json => json.Deserialize<T>(AIJsonUtilities.DefaultOptions),
            _ => null,
        };
}
