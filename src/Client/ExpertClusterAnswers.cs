using System.Text.Json;
using Microsoft.Extensions.AI;

namespace ExpertCluster.Client;

/// <summary>Which experts gave an answer: what answers and their updates have in AdditionalProperties, and how to read it.</summary>
public static class ExpertClusterAnswers
{
    /// <summary>An <see cref="AnswerPlan"/>: in the first update, and again where another host goes on. In a whole answer: the last one.</summary>
    public const string PlanProperty = "expert_cluster.plan";

    /// <summary>A list of <see cref="ExpertShare"/>, the largest first: of an update what it adds, of the last update and of a whole answer everything.</summary>
    public const string ExpertsProperty = "expert_cluster.experts";

    /// <summary>Who may answer; null: the answer is none of a cluster's.</summary>
    /// <param name="response">An answer, also one out of a cache.</param>
    public static AnswerPlan? GetPlan(this ChatResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return Read<AnswerPlan>(response.AdditionalProperties, PlanProperty);
    }

    /// <summary>The plan, where this update has one.</summary>
    /// <param name="update">Of a stream.</param>
    public static AnswerPlan? GetPlan(this ChatResponseUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return Read<AnswerPlan>(update.AdditionalProperties, PlanProperty);
    }

    /// <summary>Who gave it, the largest share first; empty: not known.</summary>
    /// <param name="response">An answer, also one out of a cache.</param>
    public static IReadOnlyList<ExpertShare> GetExperts(this ChatResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return Read<IReadOnlyList<ExpertShare>>(response.AdditionalProperties, ExpertsProperty) ?? [];
    }

    /// <summary>Who gave what this update adds; of the last update, who gave the answer.</summary>
    /// <param name="update">Of a stream.</param>
    public static IReadOnlyList<ExpertShare> GetExperts(this ChatResponseUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return Read<IReadOnlyList<ExpertShare>>(update.AdditionalProperties, ExpertsProperty) ?? [];
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
