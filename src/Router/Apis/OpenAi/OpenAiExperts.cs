using System.Text.Json;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>The key `expert_cluster` of an answer: the plan, and for each token who gave it. Official clients pass it through.</summary>
internal static class OpenAiExperts
{
    public static void Write(Utf8JsonWriter json, Plan? plan, IReadOnlyList<Token> tokens)
    {
        json.WriteStartObject(ExpertClusterExtension.Key);
        if (plan is not null)
        {
            WritePlan(json, plan);
        }

        json.WriteStartArray("tokens");
        foreach (var token in tokens)
        {
            json.WriteStartObject();
            json.WriteNumber("id", token.Id);
            json.WriteString("text", token.Text);
            WriteExperts(json, "experts", token.Experts);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePlan(Utf8JsonWriter json, Plan plan)
    {
        json.WriteStartObject("plan");
        json.WriteString("base", plan.Base);
        json.WriteString("merge", plan.Merge);
        json.WriteString("scope", MergeScopes.NameOf(plan.Scope));
        json.WriteNumber("k", plan.K);
        if (plan.GeneralistWeight > 0)
        {
            json.WriteNumber("generalist_weight", plan.GeneralistWeight);
        }

        if (plan.Hysteresis > 0)
        {
            json.WriteNumber("hysteresis", plan.Hysteresis);
        }

        json.WriteStartArray("experts");
        foreach (var expert in plan.Experts)
        {
            json.WriteStartObject();
            json.WriteString("name", expert.Name);
            json.WriteNumber("weight", Math.Round(expert.Weight, 6));
            json.WriteString("revision", expert.Revision);
            json.WriteString("version", ExpertVersions.NameOf(expert.Version));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteExperts(json, "scores", plan.Scores?.Ranked.Select(s => new WeightedExpert(s.Name, s.Probability)) ?? []);
        json.WriteString("reason", plan.Reason);
        if (plan.IsByCandidate)
        {
            json.WriteString("gate", Plan.CandidateGate);
        }

        if (plan.Doubt is { } doubt)
        {
            json.WriteNumber("doubt", Math.Round(doubt, 6));
        }

        if (plan.Notes.Count > 0)
        {
            WriteNotes(json, plan.Notes);
        }

        json.WriteString("host", plan.Host);
        json.WriteNumber("seed", plan.Seed);
        json.WriteEndObject();
    }

    private static void WriteNotes(Utf8JsonWriter json, IReadOnlyList<PlanNote> notes)
    {
        json.WriteStartArray("notes");
        foreach (var note in notes)
        {
            json.WriteStartObject();
            json.WriteString("kind", note.Kind);
            json.WriteString("expert", note.Expert);
            json.WriteString("text", note.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteExperts(Utf8JsonWriter json, string name, IEnumerable<WeightedExpert> experts)
    {
        json.WriteStartArray(name);
        foreach (var expert in experts)
        {
            json.WriteStartObject();
            json.WriteString("name", expert.Name);
            json.WriteNumber("weight", Math.Round(expert.Weight, 6));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
